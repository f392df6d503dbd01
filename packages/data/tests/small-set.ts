import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { DatasetFacts } from '@snnx/ir'
import { onTestFinished } from 'vitest'
import { encodeIdx } from '../src/idx.ts'
import type { Source } from '../src/source.ts'
import { IDX_NAMES, idxFiles } from '../src/sources.ts'

export const ROLES = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const
export type Role = (typeof ROLES)[number]
export type ByRole<Value> = Readonly<Record<Role, Value>>
export const FILE_NAMES: ByRole<string> = byRole((role) => IDX_NAMES[ROLES.indexOf(role)]!)

/** A set of 40 + 12 images of 3 x 2 pixels in 4 classes: everything the real ones have, in a few bytes. */
const TRAIN = 40
const TEST = 12

function patterned(length: number, step: number, modulus: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * step + (index >> 3)) % modulus)
}

export const CONTENTS: ByRole<Uint8Array<ArrayBuffer>> = {
  trainImages: encodeIdx({ shape: [TRAIN, 3, 2], data: patterned(TRAIN * 6, 37, 256) }),
  trainLabels: encodeIdx({ shape: [TRAIN], data: patterned(TRAIN, 1, 4) }),
  testImages: encodeIdx({ shape: [TEST, 3, 2], data: patterned(TEST * 6, 91, 256) }),
  testLabels: encodeIdx({ shape: [TEST], data: patterned(TEST, 3, 4) }),
}

export const PACKED: ByRole<Uint8Array<ArrayBuffer>> = byRole((role) => Uint8Array.from(gzipSync(CONTENTS[role])))

const facts: DatasetFacts = {
  name: 'mnist',
  title: 'the small set',
  shape: [3, 2],
  classes: 4,
  train: TRAIN,
  test: TEST,
  mean: [0.25],
  std: [0.5],
}
const files = idxFiles(
  facts,
  ROLES.map((role) => sha256(CONTENTS[role])),
)

export const SMALL: Source = {
  facts,
  format: 'idx',
  files,
  digest: sha256(Buffer.concat(ROLES.map((role) => CONTENTS[role]))),
  mark: files[3]!,
  statistics: null,
  embedded: null,
  folders: ['small', 'Small/raw', '.'],
  system: [],
  remote: {
    addresses: [],
    files: Object.fromEntries(
      ROLES.map((role) => [FILE_NAMES[role], { bytes: PACKED[role].length, sha256: sha256(PACKED[role]) }]),
    ),
  },
  hint: 'or make it yourself',
}

/** Writes the small set into `folder`, made if need be; `changes` replaces single files, null leaves one out. */
export function writeSmall(
  folder: string,
  changes: Partial<Record<Role, Uint8Array | null>> = {},
  packed = false,
): void {
  mkdirSync(folder, { recursive: true })
  for (const role of ROLES) {
    const content = role in changes ? changes[role] : packed ? PACKED[role] : CONTENTS[role]
    if (content) writeFileSync(join(folder, FILE_NAMES[role] + (packed ? '.gz' : '')), content)
  }
}

/** A folder of its own for the running test, with a space and letters beyond ASCII in its path. */
export function freshFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'snnx data ünïcödé 数据 ')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function byRole<Value>(value: (role: Role) => Value): ByRole<Value> {
  return {
    trainImages: value('trainImages'),
    trainLabels: value('trainLabels'),
    testImages: value('testImages'),
    testLabels: value('testLabels'),
  }
}

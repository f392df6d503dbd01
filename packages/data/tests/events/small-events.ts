import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createRandom } from '@snnx/ir'
import { EVENT_SOURCES, type EventSource } from '../../src/events/source.ts'
import { type Files, makeTar, makeZip } from '../archive/packing.ts'
import { encodeAtis, type Row } from './recording.ts'

/** A set of 12 + 5 recordings of 3 digits: everything N-MNIST has, in a few bytes. */
export const ROWS: Readonly<Record<string, Row[]>> = Object.fromEntries(
  [
    ...Array.from({ length: 12 }, (_, index) => `Train/${index % 3}/${String(index + 1).padStart(5, '0')}.bin`),
    ...Array.from({ length: 5 }, (_, index) => `Test/${index % 3}/${String(index + 1).padStart(5, '0')}.bin`),
  ].map((name, index) => [name, drawRows(index)]),
)

export const FILES: Files = Object.fromEntries(Object.entries(ROWS).map(([name, rows]) => [name, encodeAtis(rows)]))

/** `sha256sum` of all files in the order of their names, summed again. */
export const LISTING = sum(
  'sha256',
  Object.keys(FILES)
    .sort()
    .map((name) => `${sum('sha256', FILES[name]!)}  ${name}\n`)
    .join(''),
)

export const SMALL_EVENTS: EventSource = {
  ...EVENT_SOURCES.nmnist_1k,
  facts: { ...EVENT_SOURCES.nmnist_1k.facts, title: 'the small set', classes: 3, train: 12, test: 5 },
  forms: [['small.tar.gz'], ['Train.zip', 'Test.zip'], ['Train', 'Test']],
  perClass: { train: [4, 4, 4], test: [2, 2, 1] },
  listing: LISTING,
  folders: ['small'],
}

export function sum(algorithm: string, content: string | Uint8Array): string {
  return createHash(algorithm).update(content).digest('hex')
}

/** Writes the set in one of its forms below `root/small`, some files changed, `null` leaving one out. */
export function writeSmallEvents(
  root: string,
  form: 'tar.gz' | 'zip' | 'tree',
  changes: Readonly<Record<string, Uint8Array | null>> = {},
): string {
  const folder = join(root, 'small')
  const files: Files = Object.fromEntries(
    Object.entries({ ...FILES, ...changes }).filter((file): file is [string, Uint8Array] => file[1] !== null),
  )
  const part = (name: string) => Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith(name)))
  mkdirSync(folder, { recursive: true })
  if (form === 'tar.gz') writeFileSync(join(folder, 'small.tar.gz'), gzipSync(makeTar(shuffled(files))))
  if (form === 'zip') {
    for (const name of ['Train', 'Test']) writeFileSync(join(folder, `${name}.zip`), makeZip(shuffled(part(name))))
  }
  if (form === 'tree') {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
  }
  return folder
}

/** Archives are in any order, and have files that belong to nobody. */
function shuffled(files: Files): Files {
  const entries = Object.entries(files).reverse()
  return Object.fromEntries([['README.md', Buffer.from('about')], ...entries, ['Train/0/._00001.bin', Buffer.alloc(3)]])
}

function drawRows(index: number): Row[] {
  const random = createRandom(index, 'events')
  const rows = Array.from(
    { length: 60 + index },
    (): Row => [random.below(300_000), random.below(34), random.below(34), random.below(2)],
  )
  return rows.sort(([a], [b]) => a - b)
}

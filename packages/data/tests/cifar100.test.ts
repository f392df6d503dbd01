import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodeCifar } from '../src/cifar.ts'
import { findDataset } from '../src/find.ts'
import { openDataset } from '../src/index.ts'
import { openSource } from '../src/open.ts'
import type { Source } from '../src/source.ts'
import { SOURCES } from '../src/sources.ts'
import { freshFolder, sha256 } from './small-set.ts'

/** Records of a coarse label, a fine one and two bytes of image: written from the format's description. */
function records(count: number, step: number): Uint8Array {
  return Uint8Array.from({ length: 4 * count }, (_, at) => {
    const record = Math.floor(at / 4)
    return at % 4 === 0 ? 17 : at % 4 === 1 ? record % 5 : (at * step) % 256
  })
}
const CONTENTS = { 'train.bin': records(20, 7), 'test.bin': records(10, 3) }

const SMALL: Source = {
  ...SOURCES.cifar100,
  facts: { ...SOURCES.cifar100.facts, shape: [2, 1, 1], classes: 5, train: 20, test: 10, mean: [0, 0], std: [1, 1] },
  files: Object.entries(CONTENTS).map(([name, content]) => ({ name, bytes: content.length, sha256: sha256(content) })),
}

describe('cifar100', () => {
  it.each([
    ['as the archive lies when unpacked', 'cifar-100-binary', false],
    ['gzipped', 'cifar100', true],
  ])('opens %s, by its fine labels', async (_, below, packed) => {
    const root = freshFolder()
    mkdirSync(join(root, below))
    for (const [name, content] of Object.entries(CONTENTS))
      writeFileSync(join(root, below, packed ? `${name}.gz` : name), packed ? gzipSync(content) : content)
    const environment = { SNNX_DATA: root, SNNX_CACHE: root }
    const { train, validation, test } = await openSource(SMALL, { validation: 0.25 }, { seed: 0, environment })
    expect([train.count, validation.count, test.count]).toEqual([15, 5, 10])
    const [batch] = test.batches(10, null)
    expect([...batch!.labels]).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    const bytes = Array.from({ length: 10 }, (_, record) =>
      [4 * record + 2, 4 * record + 3].map((at) => (at * 3) % 256),
    )
    for (const [at, byte] of bytes.flat().entries()) expect(batch!.inputs[at]).toBeCloseTo(byte / 255, 6)
  })

  it('reads no coarse label as a class', () => {
    const into = { images: new Uint8Array(2), labels: new Uint8Array(1) }
    decodeCifar(Uint8Array.of(19, 99, 1, 2), 'f', 100, 2, into)
    expect(into).toEqual({ images: Uint8Array.of(1, 2), labels: Uint8Array.of(99) })
    expect(() => decodeCifar(Uint8Array.of(0, 100, 1, 2), 'f', 100, 2, into)).toThrow(
      expect.objectContaining({ code: 'SNX0709', message: 'f: label 0 is 100, expected 0 to 99' }),
    )
    expect(() => decodeCifar(Uint8Array.of(0, 1, 1), 'f', 100, 2, into)).toThrow(
      expect.objectContaining({ code: 'SNX0706' }),
    )
  })

  it('has files of as many records as it has images', () => {
    const { files, facts } = SOURCES.cifar100
    expect(files.map(({ bytes }) => bytes / (2 + 3 * 32 * 32))).toEqual([facts.train, facts.test])
  })
})

/** Never downloaded for a test: where the data is not on this machine, this test is skipped by name. */
const absent = (await findDataset('cifar100')).origin === 'download'

it.skipIf(absent)('cifar100 is the original (needs its files in SNNX_DATA or the cache)', async () => {
  const spec = { name: 'cifar100', encode: 'direct', batch: 64, validation: 0.1 } as const
  const { train, validation, test } = await openDataset(spec, { seed: 0, addresses: [] })
  expect([train.count, validation.count, test.count, train.shape]).toEqual([45_000, 5_000, 10_000, [3, 32, 32]])
})

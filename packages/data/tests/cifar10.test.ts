import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readContent } from '../src/content.ts'
import { findDataset } from '../src/find.ts'
import { readImages } from '../src/images.ts'
import { digestDataset, openDataset } from '../src/index.ts'
import { SOURCES } from '../src/sources.ts'
import { describeBytes } from '../src/statistics.ts'

/** What Python's gzip module read from the original files. */
const GOLDEN = {
  train: [6, 9, 9, 4, 1, 1, 2, 7, 8, 3],
  test: [3, 8, 8, 0, 6, 6, 1, 6, 3, 1],
  trainCounts: [1989, 1981, 2042, 2011, 2009, 1925, 2038, 2027, 2012, 1966],
  /** The first red row of the first training image, and the first green row of the eighth. */
  red: [59, 43, 50, 68, 98, 119, 139, 145, 149, 149, 131, 125],
  green: [35, 34, 44, 83, 84, 49, 47, 62, 77, 83, 108, 96],
  mean: [0.49279932368259804, 0.48298809302236523, 0.4470108699065564],
  std: [0.24742506697887098, 0.24411884505342715, 0.26205358618085156],
}

const located = await findDataset('cifar10_20k')
const here = located.origin !== 'download'
const counts = (labels: Iterable<number>) => {
  const seen = new Array<number>(10).fill(0)
  for (const label of labels) seen[label]!++
  return seen
}

describe.skipIf(!here)(`cifar10_20k (the original files${here ? '' : ' are not on this machine'})`, () => {
  const paths = located.origin === 'download' ? {} : located.files

  it('holds the known pixels and labels, in their order', async () => {
    const { train, test } = await readImages(SOURCES.cifar10_20k, paths)
    expect([...train.images.subarray(0, 12)]).toEqual(GOLDEN.red)
    expect([...train.images.subarray(7 * 3072 + 1024, 7 * 3072 + 1036)]).toEqual(GOLDEN.green)
    expect([...train.labels.subarray(0, 10)]).toEqual(GOLDEN.train)
    expect([...test.labels.subarray(0, 10)]).toEqual(GOLDEN.test)
    expect(counts(train.labels)).toEqual(GOLDEN.trainCounts)
    expect(counts(test.labels)).toEqual(new Array(10).fill(1000))
    const { mean, std } = describeBytes(train.images, train.shape)
    for (const channel of [0, 1, 2]) {
      expect(mean[channel]).toBeCloseTo(GOLDEN.mean[channel]!, 12)
      expect(std[channel]).toBeCloseTo(GOLDEN.std[channel]!, 12)
    }
  })

  it('has the digest of its three files, one after the other', async () => {
    const whole = createHash('sha256')
    for (const { name, bytes } of SOURCES.cifar10_20k.files) whole.update(await readContent(paths[name]!, bytes))
    expect(whole.digest('hex')).toBe(digestDataset('cifar10_20k'))
  })

  it('opens split 90 : 10 and normalised, close to mean 0 and variance 1 in every channel', async () => {
    const spec = { name: 'cifar10_20k', encode: 'direct', batch: 64, validation: 0.1 } as const
    const { train, validation, test } = await openDataset(spec, { seed: 0, addresses: [] })
    expect([train.count, validation.count, test.count, train.shape]).toEqual([18_000, 2_000, 10_000, [3, 32, 32]])
    const moments = [0, 1, 2].map(() => ({ sum: 0, squares: 0 }))
    for (const { inputs } of validation.batches(500, null)) {
      for (const [at, value] of inputs.entries()) {
        const of = moments[Math.floor(at / 1024) % 3]!
        of.sum += value
        of.squares += value * value
      }
    }
    for (const { sum, squares } of moments) {
      const n = validation.count * 1024
      expect(Math.abs(sum / n)).toBeLessThan(0.05)
      expect(Math.abs(squares / n - 1)).toBeLessThan(0.05)
    }
  })

  it('is a part of `cifar10`, file for file', () => {
    const whole = new Map(SOURCES.cifar10.files.map((file) => [file.name, file]))
    for (const file of SOURCES.cifar10_20k.files) expect(whole.get(file.name)).toEqual(file)
  })
})

it('cifar10 is found only where all of its batches are', async () => {
  const whole = await findDataset('cifar10')
  const folder = located.origin === 'download' ? '' : located.folder
  const place = whole.looked.find(({ path }) => path.startsWith(folder))
  if (whole.origin === 'download' && here) expect(place!.found).toMatch(/^lacks data_batch_\d.bin/)
  if (whole.origin !== 'download') expect(Object.keys(whole.files)).toHaveLength(6)
})

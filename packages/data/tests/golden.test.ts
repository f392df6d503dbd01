import { existsSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dataset, Examples, ImageSetName } from '@snnx/ir'
import { describe, expect, it } from 'vitest'
import { findDataset } from '../src/find.ts'
import { readImages } from '../src/images.ts'
import { digestDataset, openDataset } from '../src/index.ts'
import { SOURCES } from '../src/sources.ts'
import { freshFolder } from './small-set.ts'

/** What Python's gzip module and `sha256sum` read from the original files. */
const GOLDEN = {
  mnist: {
    row: { image: 0, row: 5, pixels: [3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127], column: 12 },
    train: [5, 0, 4, 1, 9, 2, 1, 3, 1, 4],
    test: [7, 2, 1, 0, 4, 1, 4, 9, 5, 9],
    trainCounts: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    testCounts: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
  },
  fashion_mnist: {
    row: { image: 0, row: 12, pixels: [6, 0, 99, 244, 222, 220, 218, 203, 198, 221, 215, 213], column: 10 },
    train: [9, 0, 0, 3, 0, 2, 7, 2, 5, 5],
    test: [9, 2, 1, 1, 6, 1, 4, 6, 5, 7],
    trainCounts: new Array(10).fill(6000),
    testCounts: new Array(10).fill(1000),
  },
  fashion_mini: {
    row: { image: 0, row: 12, pixels: [6, 0, 99, 244, 222, 220, 218, 203, 198, 221, 215, 213], column: 10 },
    train: [9, 0, 0, 3, 0, 2, 7, 2, 5, 5],
    test: [9, 2, 1, 1, 6, 1, 4, 6, 5, 7],
    trainCounts: [560, 643, 608, 612, 584, 594, 590, 617, 590, 602],
    testCounts: [200, 203, 214, 190, 219, 195, 197, 200, 194, 188],
  },
}

async function isHere(name: ImageSetName): Promise<boolean> {
  return (await findDataset(name)).origin !== 'download'
}
const here = { mnist: await isHere('mnist'), fashion_mnist: await isHere('fashion_mnist'), fashion_mini: true }
const open = (name: ImageSetName, seed = 0): Promise<Dataset> =>
  openDataset({ name, encode: 'direct', batch: 64, validation: 0.1 }, { seed, addresses: [] })

function labelsOf(examples: Examples): number[] {
  return Array.from(examples.batches(500, null), ({ labels }) => [...labels]).flat()
}
function counts(labels: Iterable<number>): number[] {
  const seen = new Array<number>(10).fill(0)
  for (const label of labels) seen[label]!++
  return seen
}

for (const name of ['mnist', 'fashion_mnist', 'fashion_mini'] as const) {
  const golden = GOLDEN[name]
  describe.skipIf(!here[name])(`${name} (the original files${here[name] ? '' : ' are not on this machine'})`, () => {
    it('holds the known pixels and labels', async () => {
      const location = await findDataset(name)
      if (location.origin === 'download') throw new Error('the files went away during the test')
      const { train, test } = await readImages(SOURCES[name], location.files)
      const { image, row, column, pixels } = golden.row
      const start = (image * 28 + row) * 28 + column
      expect([...train.images.subarray(start, start + pixels.length)]).toEqual(pixels)
      expect([...train.labels.subarray(0, 10)]).toEqual(golden.train)
      expect([...test.labels.subarray(0, 10)]).toEqual(golden.test)
      expect(counts(train.labels)).toEqual(golden.trainCounts)
      expect(counts(test.labels)).toEqual(golden.testCounts)
    })

    it('opens split 90 : 10 in every class, normalised to mean 0 and variance 1', async () => {
      const { train, validation, test, digest } = await open(name)
      expect(digest).toBe(digestDataset(name))
      expect(labelsOf(test).slice(0, 10)).toEqual(golden.test)
      const [kept, taken] = [counts(labelsOf(train)), counts(labelsOf(validation))]
      for (const [label, all] of golden.trainCounts.entries()) {
        expect(kept[label]! + taken[label]!).toBe(all)
        expect(Math.abs(taken[label]! - 0.1 * all)).toBeLessThan(1)
      }
      expect(train.count).toBe(0.9 * SOURCES[name].facts.train)
      let [sum, squares, n] = [0, 0, 0]
      for (const { inputs } of train.batches(500, { seed: 0, epoch: 0 })) {
        for (const x of inputs) {
          sum += x
          squares += x * x
        }
        n += inputs.length
      }
      expect(Math.abs(sum / n)).toBeLessThan(0.01)
      expect(Math.abs(squares / n - 1)).toBeLessThan(0.02)
    })

    it('gives the same batches for the same seed, another split for another', async () => {
      const first = async (seed: number) => {
        const { train } = await open(name, seed)
        for (const { labels } of train.batches(64, { seed, epoch: 3 })) return [...labels]
        return []
      }
      expect(await first(5)).toEqual(await first(5))
      expect(await first(5)).not.toEqual(await first(6))
    })
  })
}

describe.skipIf(!here.fashion_mnist)('fashion_mini beside the whole Fashion-MNIST', () => {
  it('is its first 6,000 + 2,000 images', async () => {
    const [whole, mini] = await Promise.all([findDataset('fashion_mnist'), findDataset('fashion_mini')])
    if (whole.origin === 'download' || mini.origin === 'download') throw new Error('the files went away')
    const original = await readImages(SOURCES.fashion_mnist, whole.files)
    const embedded = await readImages(SOURCES.fashion_mini, mini.files)
    for (const part of ['train', 'test'] as const) {
      const { images, labels } = embedded[part]
      expect(Buffer.compare(images, original[part].images.subarray(0, images.length))).toBe(0)
      expect(Buffer.compare(labels, original[part].labels.subarray(0, labels.length))).toBe(0)
    }
  })

  it('does not pass for it', async () => {
    const root = freshFolder()
    const mini = await findDataset('fashion_mini')
    await cp(mini.folder, join(root, 'fashion-mnist'), { recursive: true })
    expect(existsSync(join(root, 'fashion-mnist', 'LICENSE'))).toBe(true)
    const location = await findDataset('fashion_mnist', { SNNX_DATA: root, SNNX_CACHE: root })
    expect(location.looked[0]!.found).toBe('holds Fashion-MNIST, first 6,000 + 2,000')
  })
})

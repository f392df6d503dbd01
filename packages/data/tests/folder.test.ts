import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Batch, FolderSpec } from '@snnx/ir'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { normalisation } from '../src/examples.ts'
import { folderExamples } from '../src/folder/examples.ts'
import { listImages } from '../src/folder/list.ts'
import type { Order } from '../src/folder/order.ts'
import { digestData, openDataset } from '../src/index.ts'
import { freshFolder } from './small-set.ts'

const MEAN = [0.485, 0.456, 0.406]
const STD = [0.229, 0.224, 0.225]
type Colour = readonly [red: number, green: number, blue: number]

/** An image whose every pixel is known. */
async function draw(
  path: string,
  [width, height]: readonly [number, number],
  colour: (x: number, y: number) => readonly number[],
): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const channels = colour(0, 0).length as 1 | 3 | 4
  const pixels = Array.from({ length: width * height }, (_, at) => colour(at % width, Math.floor(at / width))).flat()
  const image = sharp(Uint8Array.from(pixels), { raw: { width, height, channels } })
  await (channels === 1 ? image.toColourspace('b-w') : image).png().toFile(path)
}
const flat =
  (...colour: Colour) =>
  () =>
    colour

/** Three classes of solid colours, three images each for training and one for testing. */
const COLOURS: Record<string, Colour> = { ant: [250, 10, 20], bee: [10, 240, 30], cat: [20, 30, 230] }
async function makeSet(root: string): Promise<void> {
  for (const [name, [red, green, blue]] of Object.entries(COLOURS)) {
    for (const index of [0, 1, 2])
      await draw(join(root, 'train', name, `${index}.png`), [12, 10], flat(red, green, blue + index))
    await draw(join(root, 'val', name, 'a.png'), [10, 14], flat(red, green, blue))
  }
}

const spec: FolderSpec = {
  name: 'images',
  encode: 'direct',
  batch: 4,
  validation: 1 / 3,
  folder: 'mine',
  classes: 3,
  size: 8,
  shorter: 10,
}
const open = (beside: string, more: Partial<FolderSpec> = {}) =>
  openDataset({ ...spec, ...more }, { seed: 0, beside, environment: { SNNX_CACHE: join(beside, 'cache') } })
/** Copies of batches, for each is valid only until the next. */
const copy = (batches: Iterable<Batch>) =>
  Array.from(batches, ({ inputs, labels, size }) => ({ inputs: [...inputs], labels: [...labels], size }))
/** The bytes of an example, as far as rounding lets them be found again. */
function bytesOf(inputs: readonly number[], example: number, size: number): number[][] {
  const plane = size * size
  return [0, 1, 2].map((of) =>
    inputs
      .slice((3 * example + of) * plane, (3 * example + of + 1) * plane)
      .map((value) => Math.round(255 * (value * STD[of]! + MEAN[of]!))),
  )
}

describe('images in folders', () => {
  it('are split, labelled by the order of their classes and normalised colour by colour', async () => {
    const root = freshFolder()
    await makeSet(join(root, 'mine'))
    const { train, validation, test, digest, name } = await open(root)
    expect([train.count, validation.count, test.count, train.shape, train.classes]).toEqual([6, 3, 3, [3, 8, 8], 3])
    expect([name, digest]).toEqual(['images', await digestData(spec, { beside: root })])
    const [batch] = copy(test.batches(3, null))
    expect(batch!.labels).toEqual([0, 1, 2])
    for (const [example, colour] of Object.values(COLOURS).entries()) {
      for (const [of, plane] of bytesOf(batch!.inputs, example, 8).entries())
        expect(new Set(plane)).toEqual(new Set([colour[of]]))
    }
    const tables = MEAN.map((mean, of) => normalisation(mean, STD[of]!))
    expect(batch!.inputs[0]).toBe(tables[0]![250])
  })

  it('are cut in the middle, after the shorter side was brought to its length', async () => {
    const root = freshFolder()
    await makeSet(join(root, 'mine'))
    // 16 x 8 with a column a colour: of 8 x 8 nothing is resized, and the middle is columns 4 to 11.
    await draw(join(root, 'mine/val/ant/a.png'), [16, 8], (x, y) => [10 * x, 20 * y, 7])
    const { test } = await open(root, { size: 8, shorter: 8 })
    const [batch] = copy(test.batches(1, null))
    const [red, green, blue] = bytesOf(batch!.inputs, 0, 8)
    expect(red).toEqual(Array.from({ length: 64 }, (_, at) => 10 * (4 + (at % 8))))
    expect(green).toEqual(Array.from({ length: 64 }, (_, at) => 20 * Math.floor(at / 8)))
    expect(new Set(blue)).toEqual(new Set([7]))
    // Twice as large: a half of its width and height is left, still from the middle.
    const { test: zoomed } = await open(root, { size: 8, shorter: 16 })
    const [larger] = copy(zoomed.batches(1, null))
    const middle = bytesOf(larger!.inputs, 0, 8)[0]!
    expect(Math.min(...middle)).toBeGreaterThanOrEqual(50)
    expect(Math.max(...middle)).toBeLessThanOrEqual(100)
  })

  it('may be grey, transparent, JPEG, or links', async () => {
    const root = freshFolder()
    await makeSet(join(root, 'mine'))
    await draw(join(root, 'mine/val/ant/a.png'), [10, 10], () => [77])
    await draw(join(root, 'mine/val/bee/a.png'), [10, 10], () => [200, 100, 50, 128])
    const jpeg = join(root, 'mine/val/cat/A.JPG')
    await sharp({ create: { width: 30, height: 20, channels: 3, background: { r: 40, g: 80, b: 120 } } })
      .jpeg({ quality: 100 })
      .toFile(jpeg.replace('A.JPG', 'a.jpeg'))
    symlinkSync('a.jpeg', jpeg)
    rmSync(join(root, 'mine/val/cat/a.png'))
    const { test } = await open(root)
    const [batch] = copy(test.batches(9, null))
    expect(batch!.labels).toEqual([0, 1, 2, 2])
    const found = [0, 1, 2, 3].map((example) => bytesOf(batch!.inputs, example, 8).map((plane) => plane[27]!))
    expect(found[0]).toEqual([77, 77, 77])
    expect(found[1]).toEqual([200, 100, 50])
    expect(found[3]).toEqual(found[2])
    for (const [of, byte] of [40, 80, 120].entries()) expect(Math.abs(found[2]![of]! - byte)).toBeLessThanOrEqual(2)
  })

  it('come in an order of the epoch, which goes on from any batch', async () => {
    const root = freshFolder()
    await makeSet(join(root, 'mine'))
    const { train } = await open(root, { augment: { crop: 2, flip: true, area: 0.2 } })
    const whole = copy(train.batches(4, { seed: 1, epoch: 2 }))
    expect(whole.map(({ size }) => size)).toEqual([4, 2])
    expect(copy(train.batches(4, { seed: 1, epoch: 2 }))).toEqual(whole)
    expect(copy(train.batches(4, { seed: 1, epoch: 2 }, 1))).toEqual(whole.slice(1))
    expect(copy(train.batches(4, { seed: 1, epoch: 3 }))).not.toEqual(whole)
    expect(copy(train.batches(4, null)).flatMap(({ labels }) => labels)).toEqual([0, 0, 1, 1, 2, 2])
  })

  it('are varied in training only: a random part, mirrored every other time', async () => {
    const root = freshFolder()
    await makeSet(join(root, 'mine'))
    // Brighter to the right, so that a mirrored one is darker to the right.
    for (const index of [0, 1, 2]) await draw(join(root, `mine/train/ant/${index}.png`), [64, 64], (x) => [4 * x, 0, 0])
    const cutting = await open(root, { augment: { crop: 0, flip: false, area: 0.08 } })
    const flipping = await open(root, { augment: { crop: 0, flip: true } })
    const plain = await open(root)
    const ranges: number[] = []
    let mirrored = 0
    for (let epoch = 0; epoch < 12; epoch++) {
      const order = { seed: 0, epoch }
      const [cut] = copy(cutting.train.batches(6, order))
      const [flipped] = copy(flipping.train.batches(6, order))
      for (const [row, label] of cut!.labels.entries()) {
        if (label !== 0) continue
        const line = bytesOf(cut!.inputs, row, 8)[0]!.slice(0, 8)
        expect(line).toEqual([...line].sort((one, other) => one - other))
        ranges.push(line.at(-1)! - line[0]!)
        const red = bytesOf(flipped!.inputs, row, 8)[0]!
        if (red[0]! > red[7]!) mirrored++
      }
    }
    expect(ranges).toHaveLength(24)
    expect(Math.min(...ranges)).toBeLessThan(110)
    expect(Math.max(...ranges)).toBeGreaterThan(150)
    expect(mirrored).toBeGreaterThan(5)
    expect(mirrored).toBeLessThan(19)
    for (const part of ['validation', 'test'] as const)
      expect(copy(cutting[part].batches(3, { seed: 0, epoch: 0 }))).toEqual(
        copy(plain[part].batches(3, { seed: 0, epoch: 0 })),
      )
  })

  it('that are damaged are named, the first one of a batch, and the others are still read', async () => {
    const root = freshFolder()
    await makeSet(join(root, 'mine'))
    const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer()
    writeFileSync(join(root, 'mine/val/bee/b.jpeg'), whole.subarray(0, whole.length / 2))
    writeFileSync(join(root, 'mine/val/cat/b.jpeg'), 'no image')
    const { test } = await open(root)
    const [bee, cat] = ['bee', 'cat'].map((of) => join(root, 'mine', 'val', of, 'b.jpeg'))
    const draws = (size: number) => () => copy(test.batches(size, null))
    expect(draws(5)).toThrow(
      expect.objectContaining({ code: 'SNX0732', message: expect.stringContaining(`${bee} cannot be decoded: `) }),
    )
    // Batch after batch: only that of the damaged image fails.
    const one = test.batches(1, null)[Symbol.iterator]()
    expect([...one.next().value!.labels]).toEqual([0])
    expect([...one.next().value!.labels]).toEqual([1])
    expect(() => one.next()).toThrow(expect.objectContaining({ code: 'SNX0732' }))
    expect(() => copy(test.batches(1, null, 4))).toThrow(
      expect.objectContaining({ message: expect.stringContaining(cat!) }),
    )
  })
})

describe('listImages', () => {
  it.each<[string, (root: string) => void, string]>([
    [
      'another number of classes',
      (root) => rmSync(join(root, 'train/cat'), { recursive: true }),
      '`train` has 2 classes, expected 3',
    ],
    [
      'a class without images to test',
      (root) => rmSync(join(root, 'val/cat'), { recursive: true }),
      'the class `cat` is in one of `train` and `val` only',
    ],
    [
      'a class of tests alone',
      (root) => {
        mkdirSync(join(root, 'val/dog'))
        writeFileSync(join(root, 'val/dog/a.png'), '')
      },
      'the class `dog` is in one of `train` and `val` only',
    ],
    ['an empty class', (root) => rmSync(join(root, 'val/ant/a.png')), 'it holds no .jpeg, .jpg or .png'],
  ])('refuses %s', async (_, spoil, reason) => {
    const root = freshFolder()
    await makeSet(root)
    spoil(root)
    await expect(listImages(root, 3)).rejects.toMatchObject({
      code: 'SNX0731',
      message: expect.stringContaining(reason),
    })
  })

  it('passes over hidden files and what is no image, and digests names and sizes', async () => {
    const root = freshFolder()
    await makeSet(root)
    const { digest } = await listImages(root, 3)
    writeFileSync(join(root, 'train/ant/.DS_Store'), 'x')
    writeFileSync(join(root, 'train/README.txt'), 'x')
    writeFileSync(join(root, 'train/ant/labels.csv'), 'x')
    const listed = await listImages(root, 3)
    expect([listed.digest, listed.train.files.length]).toEqual([digest, 9])
    const lines = [...listed.train.files, ...listed.test.files].map(
      (path) => `${path.slice(root.length + 1)}\0${statSync(path).size}\n`,
    )
    expect(createHash('sha256').update(lines.join('')).digest('hex')).toBe(digest)
    writeFileSync(join(root, 'train/ant/0.png'), 'x')
    expect((await listImages(root, 3)).digest).not.toBe(digest)
  })
})

describe('the place of a folder', () => {
  it('is beside the spec before a folder of data, and named where it is nowhere', async () => {
    const [beside, data] = [freshFolder(), freshFolder()]
    await makeSet(join(data, 'mine'))
    const options = { beside, environment: { SNNX_DATA: data, SNNX_CACHE: join(data, 'cache') } }
    const far = await digestData(spec, options)
    await makeSet(join(beside, 'mine'))
    await draw(join(beside, 'mine/val/ant/b.png'), [8, 8], flat(1, 2, 3))
    expect(await digestData(spec, options)).not.toBe(far)
    await expect(digestData({ ...spec, folder: 'other' }, options)).rejects.toMatchObject({
      code: 'SNX0701',
      message: expect.stringContaining(join(beside, 'other')),
      help: expect.stringContaining('set SNNX_DATA to the folder around `other`'),
    })
  })
})

it('never more than two batches are asked for ahead, and none twice', () => {
  const asked: number[] = []
  const waited: number[] = []
  const decoder = {
    ask(order: Omit<Order, 'id'>) {
      asked.push(order.files.length)
      return { id: asked.length - 1, state: order.state }
    },
    wait: ({ id }: { id: number }) => void waited.push(id),
  }
  const part = { files: Array.from({ length: 23 }, (_, at) => `${at}`), labels: new Uint16Array(23) }
  const picks = Uint32Array.from({ length: 23 }, (_, at) => at)
  const tables = [0, 1, 2].map(() => normalisation(0, 1))
  const examples = folderExamples(decoder, part, 2, picks, { size: 2, shorter: 2 }, tables)
  const lead: number[] = []
  for (const _ of examples.batches(5, null)) lead.push(asked.length - waited.length)
  expect(asked).toEqual([5, 5, 5, 5, 3])
  expect(waited).toEqual([0, 1, 2, 3, 4])
  expect(lead).toEqual([2, 2, 2, 1, 0])
  expect([...examples.batches(5, null, 9)]).toEqual([])
})

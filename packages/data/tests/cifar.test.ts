import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { SnnxError } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCifar, encodeCifar } from '../src/cifar.ts'
import { readContent } from '../src/content.ts'
import { openSource } from '../src/open.ts'
import type { Source } from '../src/source.ts'
import { describeBytes } from '../src/statistics.ts'
import { freshFolder, sha256 } from './small-set.ts'

const room = (records: number, pixels: number) => ({
  images: new Uint8Array(records * pixels),
  labels: new Uint8Array(records),
})

/** Two records of 3 bytes, written by hand. */
const HAND_MADE = Uint8Array.of(7, 10, 20, 30, 2, 40, 50, 60)

describe('batches of records', () => {
  it('decode as the format’s description says', () => {
    const into = room(2, 3)
    decodeCifar(HAND_MADE, 'f', 10, 1, into)
    expect(into).toEqual({ labels: Uint8Array.of(7, 2), images: Uint8Array.of(10, 20, 30, 40, 50, 60) })
  })

  it('give back what was encoded', () => {
    const size = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 12 }))
    const records = size.chain(([count, pixels]) =>
      fc.record({
        labels: fc.uint8Array({ minLength: count, maxLength: count, max: 9 }),
        images: fc.uint8Array({ minLength: count * pixels, maxLength: count * pixels }),
      }),
    )
    fc.assert(
      fc.property(records, ({ labels, images }) => {
        const into = room(labels.length, images.length / labels.length)
        decodeCifar(encodeCifar({ labels, images }), 'f', 10, 1, into)
        expect(into).toEqual({ labels, images })
      }),
      { seed: 8 },
    )
  })

  it.each([
    [
      'nothing',
      new Uint8Array(),
      'SNX0706',
      'f has the wrong length: expected 8 bytes (2 records of 4), found 0 bytes',
    ],
    [
      'a cut one',
      HAND_MADE.slice(0, 7),
      'SNX0706',
      'f has the wrong length: expected 8 bytes (2 records of 4), found 7 bytes',
    ],
    [
      'a record more',
      new Uint8Array(12),
      'SNX0706',
      'f has the wrong length: expected 8 bytes (2 records of 4), found 12 bytes',
    ],
    ['a label of no class', HAND_MADE.with(4, 10), 'SNX0709', 'f: label 1 is 10, expected 0 to 9'],
  ])('refuse %s', (_, content, code, message) => {
    expect(() => decodeCifar(content, 'f', 10, 1, room(2, 3))).toThrow(expect.objectContaining({ code, message }))
  })

  it('survive any truncation and mutation with a valid decode or a coded error', async () => {
    const path = join(freshFolder(), 'file')
    const outcomes = { decoded: 0, refused: 0 }
    const plain = encodeCifar({
      labels: Uint8Array.from({ length: 6 }, (_, index) => index),
      images: Uint8Array.from({ length: 24 }, (_, at) => at * 9),
    })
    const damage = fc.record({
      packed: fc.boolean(),
      keep: fc.double({ min: 0.5, max: 1, noNaN: true }),
      changes: fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 2 }),
      tail: fc.uint8Array({ maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(damage, async ({ packed, keep, changes, tail }) => {
        const whole = packed ? Uint8Array.from(gzipSync(plain)) : Uint8Array.from(plain)
        for (const [index, byte] of changes) whole[index % whole.length] = byte
        writeFileSync(path, Buffer.concat([whole.subarray(0, Math.ceil(keep * whole.length)), tail]))
        const into = room(6, 4)
        try {
          decodeCifar(await readContent(path, plain.length), path, 10, 1, into)
          expect(Math.max(...into.labels)).toBeLessThan(10)
          outcomes.decoded++
        } catch (error) {
          expect(error).toBeInstanceOf(SnnxError)
          expect((error as SnnxError).code).toMatch(/^SNX07(04|06|09|14)$/)
          expect((error as SnnxError).message).toContain(path)
          outcomes.refused++
        }
      }),
      { numRuns: 600, seed: 9 },
    )
    expect(outcomes.decoded).toBeGreaterThan(20)
    expect(outcomes.refused).toBeGreaterThan(50)
  })
})

/** Two batches of 20 images and a test batch of 10, of 2 channels and 2 x 1 pixels, in 5 classes. */
const CONTENTS: Record<string, Uint8Array> = Object.fromEntries(
  [
    ['one.bin', 20, 17],
    ['two.bin', 20, 91],
    ['test.bin', 10, 5],
  ].map(([name, count, step]) => [
    name,
    encodeCifar({
      labels: Uint8Array.from({ length: Number(count) }, (_, index) => index % 5),
      images: Uint8Array.from({ length: 4 * Number(count) }, (_, at) => (at * Number(step)) % 256),
    }),
  ]),
)

/** Mean and deviation of byte / 255 by their definition, for the channel's two bytes of every record. */
function moments(names: string[], channel: number): { mean: number; std: number } {
  const bytes = names.flatMap((name) =>
    [...CONTENTS[name]!].filter((_, at) => at % 5 === 1 + 2 * channel || at % 5 === 2 + 2 * channel),
  )
  const mean = bytes.reduce((sum, byte) => sum + byte / 255, 0) / bytes.length
  const variance = bytes.reduce((sum, byte) => sum + (byte / 255 - mean) ** 2, 0) / bytes.length
  return { mean, std: Math.sqrt(variance) }
}
const known = [0, 1].map((channel) => moments(['one.bin', 'two.bin'], channel))

/** The second batch has no sum of its own. */
const SMALL: Source = {
  facts: {
    name: 'cifar10',
    title: 'small CIFAR',
    shape: [2, 2, 1],
    classes: 5,
    train: 40,
    test: 10,
    mean: [0.5, 0.25],
    std: [0.5, 0.25],
  },
  format: 'cifar',
  files: Object.entries(CONTENTS).map(([name, content]) => ({
    name,
    bytes: content.length,
    sha256: name === 'two.bin' ? null : sha256(content),
  })),
  digest: 'd'.repeat(64),
  mark: null,
  statistics: { mean: known.map(({ mean }) => mean), std: known.map(({ std }) => std) },
  embedded: null,
  folders: ['small', 'cifar-10-batches-bin'],
  system: [],
  remote: null,
  hint: 'or draw them',
}

function write(folder: string, changes: Record<string, Uint8Array> = {}, packed = false): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of Object.entries({ ...CONTENTS, ...changes }))
    writeFileSync(join(folder, packed ? `${name}.gz` : name), packed ? gzipSync(content) : content)
}
const open = (root: string, source = SMALL) =>
  openSource(source, { validation: 0.25 }, { seed: 0, environment: { SNNX_DATA: root, SNNX_CACHE: join(root, 'c') } })

describe('a set of batches', () => {
  it.each([
    ['as the archive lies when unpacked', 'cifar-10-batches-bin', false],
    ['gzipped', 'small', true],
  ])('opens %s: batch after batch, each channel by its own mean and deviation', async (_, below, packed) => {
    const root = freshFolder()
    write(join(root, below), {}, packed)
    const { test, train, validation, digest } = await open(root)
    expect([train.count, validation.count, test.count, digest]).toEqual([30, 10, 10, SMALL.digest])
    const [batch] = test.batches(10, null)
    expect([...batch!.labels]).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    for (const [at, value] of batch!.inputs.entries()) {
      const [mean, std] = at % 4 < 2 ? [0.5, 0.5] : [0.25, 0.25]
      expect(value).toBeCloseTo((((at * 5) % 256) / 255 - mean) / std, 5)
    }
  })

  it('varies the images of training only', async () => {
    const root = freshFolder()
    write(join(root, 'small'))
    const plain = await open(root)
    const environment = { SNNX_DATA: root, SNNX_CACHE: root }
    const spec = { validation: 0.25, augment: { crop: 1, flip: false } }
    const varied = await openSource(SMALL, spec, { seed: 0, environment })
    const order = { seed: 0, epoch: 0 }
    const inputs = (set: typeof plain, part: 'train' | 'validation' | 'test') =>
      Array.from(set[part].batches(7, order), (batch) => [...batch.inputs])
    expect(inputs(varied, 'train')).not.toEqual(inputs(plain, 'train'))
    expect(inputs(varied, 'validation')).toEqual(inputs(plain, 'validation'))
    expect(inputs(varied, 'test')).toEqual(inputs(plain, 'test'))
  })

  const one = CONTENTS['one.bin']!
  const two = CONTENTS['two.bin']!
  const swapped = two.with(3, two[4]!).with(4, two[3]!)
  it.each([
    [
      'a batch that is short',
      { 'one.bin': one.slice(0, 99) },
      'SNX0706',
      'PATH/one.bin has the wrong length: expected 100 bytes (20 records of 5), found 99 bytes',
    ],
    ['a label of no class', { 'two.bin': two.with(10, 5) }, 'SNX0709', 'PATH/two.bin: label 2 is 5, expected 0 to 4'],
    [
      'one changed pixel where the sum is known',
      { 'test.bin': CONTENTS['test.bin']!.with(1, 1) },
      'SNX0710',
      /^PATH\/test.bin is not the original file of small CIFAR: expected content with sha256/,
    ],
    [
      'one changed pixel where it is not',
      { 'two.bin': two.with(1, 1) },
      'SNX0710',
      /^PATH\/two.bin are not the original files of small CIFAR: expected mean 0.\d{8} 0.\d{8}, found 0.\d{8} 0.\d{8}$/,
    ],
    [
      'a class too often',
      { 'two.bin': two.with(0, 1) },
      'SNX0710',
      'PATH/two.bin are not the original files of small CIFAR: expected images a class 8 8 8 8 8, found 7 9 8 8 8',
    ],
    [
      'far too much',
      { 'one.bin': new Uint8Array(2000) },
      'SNX0714',
      'PATH/one.bin is too large: expected 100 bytes, found more than 1224',
    ],
  ] as const)('names %s', async (_, changes, code, message) => {
    const root = freshFolder()
    const folder = join(root, 'small')
    write(folder, changes)
    const failure = (await open(root).catch((error) => error)) as SnnxError
    const said = failure.message.replaceAll(folder, 'PATH').replaceAll('PATH\\', 'PATH/')
    expect({ code: failure.code, said }).toEqual({
      code,
      said: typeof message === 'string' ? message : expect.stringMatching(message),
    })
  })

  it('does not see what no statistic shows: the limit of a batch without a sum', async () => {
    const root = freshFolder()
    write(join(root, 'small'), { 'two.bin': swapped })
    expect((await open(root)).train.count).toBe(30)
  })

  it('that is not whole is passed over, and the error says how to get it', async () => {
    const root = freshFolder()
    write(join(root, 'small'))
    const more = {
      ...SMALL,
      files: [...SMALL.files.slice(0, 2), { name: 'three.bin', bytes: 5, sha256: null }, ...SMALL.files.slice(2)],
    }
    await expect(open(root, more)).rejects.toMatchObject({
      code: 'SNX0701',
      message: [
        'data set cifar10 is nowhere to be had; looked at:',
        `  ${join(root, 'small')} (SNNX_DATA): lacks three.bin`,
        `  ${join(root, 'cifar-10-batches-bin')} (SNNX_DATA): no such folder`,
        `  ${join(root, 'c', 'datasets', 'small')}: no such folder`,
      ].join('\n'),
      help: expect.stringMatching(
        /^put one.bin, two.bin, three.bin, test.bin \(as they are or gzipped, .gz\) into .*\n.*\nor draw them$/,
      ),
    })
  })
})

describe('describeBytes', () => {
  it('is mean and deviation by their definition', () => {
    const images = Uint8Array.from([...CONTENTS['one.bin']!].filter((_, at) => at % 5 > 0))
    const { mean, std } = describeBytes(images, [2, 2, 1])
    for (const channel of [0, 1]) {
      const expected = moments(['one.bin'], channel)
      expect(mean[channel]).toBeCloseTo(expected.mean, 12)
      expect(std[channel]).toBeCloseTo(expected.std, 12)
    }
  })
})

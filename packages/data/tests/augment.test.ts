import type { Augment, Batch } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawWindow } from '../src/augment.ts'
import { selectExamples } from '../src/examples.ts'

/** 20 images of 2 channels, 5 rows and 4 columns, whose bytes all differ within an image and are never 0. */
const [COUNT, CHANNELS, HEIGHT, WIDTH] = [20, 2, 5, 4]
const PIXELS = CHANNELS * HEIGHT * WIDTH
const STORED = {
  images: Uint8Array.from({ length: COUNT * PIXELS }, (_, at) => 1 + (at % PIXELS) + 5 * Math.floor(at / PIXELS)),
  labels: Uint8Array.from({ length: COUNT }, (_, index) => index),
  shape: [CHANNELS, HEIGHT, WIDTH],
  classes: COUNT,
}
/** Bytes as they are in the first channel, negative in the second: a zero byte is 100 or -200. */
const TABLES = [
  Float32Array.from({ length: 256 }, (_, byte) => byte + 100),
  Float32Array.from({ length: 256 }, (_, byte) => -byte - 200),
]
const ALL = Uint32Array.from({ length: COUNT }, (_, index) => index)
const select = (augment: Augment | null) => selectExamples(STORED, ALL, TABLES, augment)

/** Images by label. */
function imagesOf(batches: Iterable<Batch>): Map<number, number[]> {
  const found = new Map<number, number[]>()
  for (const { inputs, labels, size } of batches) {
    for (let row = 0; row < size; row++) found.set(labels[row]!, [...inputs.slice(row * PIXELS, (row + 1) * PIXELS)])
  }
  return found
}

/** The image padded, cut out and mirrored as a whole, channel by channel, in the way of a textbook. */
function vary(example: number, crop: number, top: number, left: number, mirrored: boolean): number[] {
  return [0, 1].flatMap((channel) => {
    const byte = (row: number, column: number) => {
      const inside = row >= 0 && row < HEIGHT && column >= 0 && column < WIDTH
      const at = ((example * CHANNELS + channel) * HEIGHT + row) * WIDTH + column
      return TABLES[channel]![inside ? STORED.images[at]! : 0]!
    }
    const padded = Array.from({ length: HEIGHT + 2 * crop }, (_, row) =>
      Array.from({ length: WIDTH + 2 * crop }, (_, column) => byte(row - crop, column - crop)),
    )
    const cut = padded.slice(top, top + HEIGHT).map((row) => row.slice(left, left + WIDTH))
    return cut.flatMap((row) => (mirrored ? row.reverse() : row))
  })
}

describe('augmented images', () => {
  it('are windows of the padded image, mirrored or not', () => {
    const cases = fc.record({ crop: fc.nat(6), flip: fc.boolean(), seed: fc.nat(), epoch: fc.nat(500) })
    fc.assert(
      fc.property(cases, ({ crop, flip, seed, epoch }) => {
        fc.pre(crop > 0 || flip)
        for (const [example, image] of imagesOf(select({ crop, flip }).batches(7, { seed, epoch }))) {
          const { top, left, mirrored } = drawWindow({ crop, flip }, seed, epoch, example)
          expect(image).toEqual(vary(example, crop, top + crop, left + crop, mirrored))
        }
      }),
      { numRuns: 40, seed: 5 },
    )
  })

  it('depend on seed, epoch and example alone: a resumed epoch and other batches give the same', () => {
    const { batches } = select({ crop: 2, flip: true })
    const order = { seed: 3, epoch: 4 }
    const whole = imagesOf(batches(6, order))
    expect(imagesOf(batches(19, order))).toEqual(whole)
    for (const [example, image] of imagesOf(batches(6, order, 2))) expect(image).toEqual(whole.get(example))
    expect(imagesOf(batches(6, { seed: 3, epoch: 5 }))).not.toEqual(whole)
    expect(imagesOf(batches(6, { seed: 4, epoch: 4 }))).not.toEqual(whole)
    const some = selectExamples(
      STORED,
      ALL.filter((index) => index % 3 === 0),
      TABLES,
      { crop: 2, flip: true },
    )
    for (const [example, image] of imagesOf(some.batches(6, order))) expect(image).toEqual(whole.get(example))
  })

  it('come in the order of the epoch, which varying them does not change', () => {
    const labels = (augment: Augment | null) =>
      Array.from(select(augment).batches(6, { seed: 0, epoch: 1 }), (batch) => [...batch.labels])
    expect(labels({ crop: 1, flip: true })).toEqual(labels(null))
  })

  it('are never drawn where there is no order: evaluation sees the images as they are', () => {
    const plain = imagesOf(select(null).batches(6, null))
    expect(imagesOf(select({ crop: 4, flip: true }).batches(6, null))).toEqual(plain)
    for (const [example, image] of plain) expect(image).toEqual(vary(example, 0, 0, 0, false))
    expect(imagesOf(select(null).batches(6, { seed: 0, epoch: 0 }))).toEqual(plain)
  })
})

it('rolled images come in again on the other side', () => {
  const whole = imagesOf(select(null).batches(6, null))
  const order = { seed: 2, epoch: 5 }
  for (const [example, image] of imagesOf(select({ crop: 0, flip: false, roll: 3 }).batches(6, order))) {
    const { down, right, ...still } = drawWindow({ crop: 0, flip: false, roll: 3 }, 2, 5, example)
    expect(still).toEqual({ top: 0, left: 0, mirrored: false })
    for (const [at, value] of whole.get(example)!.entries()) {
      const [plane, row, column] = [Math.floor(at / 20), Math.floor((at % 20) / WIDTH), at % WIDTH]
      const to = ((row + down + HEIGHT) % HEIGHT) * WIDTH + ((column + right + WIDTH) % WIDTH)
      expect(image[plane * 20 + to]).toBe(value)
    }
  }
})

describe('windows', () => {
  it('are equally frequent', () => {
    const seen = new Map<string, number>()
    for (let example = 0; example < 18_000; example++) {
      const { top, left, mirrored } = drawWindow({ crop: 1, flip: true }, 0, 0, example)
      const key = `${top} ${left} ${mirrored}`
      seen.set(key, (seen.get(key) ?? 0) + 1)
    }
    expect(seen.size).toBe(9 * 2)
    // Binomial(18000, 1/18): mean 1000, deviation 31; five deviations.
    for (const times of seen.values()) expect(Math.abs(times - 1000)).toBeLessThan(155)
  })

  it('do only what is asked', () => {
    for (let example = 0; example < 200; example++) {
      expect(drawWindow({ crop: 0, flip: true }, 1, 2, example)).toMatchObject({ top: 0, left: 0 })
      expect(drawWindow({ crop: 3, flip: false }, 1, 2, example).mirrored).toBe(false)
    }
  })
})

it('an image without channels is varied alike', () => {
  const digits = { ...STORED, shape: [CHANNELS * HEIGHT, WIDTH] }
  const order = { seed: 1, epoch: 1 }
  const flat = selectExamples(digits, ALL, [TABLES[0]!], { crop: 1, flip: true })
  const [{ inputs, labels }] = flat.batches(1, order)
  const { top, left, mirrored } = drawWindow({ crop: 1, flip: true }, 1, 1, labels[0]!)
  for (let column = 0; column < WIDTH; column++) {
    const from = left + (mirrored ? WIDTH - 1 - column : column)
    const inside = 4 + top >= 0 && from >= 0 && from < WIDTH
    const byte = inside ? STORED.images[labels[0]! * PIXELS + (4 + top) * WIDTH + from]! : 0
    expect(inputs[4 * WIDTH + column]).toBe(byte + 100)
  }
})

import { createHash } from 'node:crypto'
import type { Batch } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalisation, selectExamples } from '../src/examples.ts'

const COUNT = 23
/** Example i holds the pixels i, 2 i, 3 i, so that every row tells which example it is. */
const STORED = {
  images: Uint8Array.from({ length: COUNT * 3 }, (_, at) => Math.floor(at / 3) * ((at % 3) + 1)),
  labels: Uint8Array.from({ length: COUNT }, (_, index) => index % 10),
  shape: [3],
  classes: 10,
}
const IDENTITY = Float32Array.from({ length: 256 }, (_, byte) => byte)
const PICKS = Uint32Array.from({ length: 17 }, (_, index) => index + 4)
const examples = selectExamples(STORED, PICKS, [IDENTITY])

/** A batch is valid only until the next is drawn. */
const copies = (batches: Iterable<Batch>) =>
  Array.from(batches, ({ inputs, labels, size }) => ({ inputs: [...inputs], labels: [...labels], size }))
const drawn = (size: number, order: { seed: number; epoch: number } | null) =>
  copies(examples.batches(size, order)).flatMap(({ inputs }) => inputs.filter((_, at) => at % 3 === 0))

const cases = fc.record({ size: fc.integer({ min: 1, max: 40 }), seed: fc.nat(), epoch: fc.nat(1000) })

describe('batches', () => {
  it('keep the stored order without an order', () => {
    expect(drawn(5, null)).toEqual([...PICKS])
    expect(copies(examples.batches(5, null)).map(({ size }) => size)).toEqual([5, 5, 5, 2])
  })

  it('carry each example whole, with its label', () => {
    for (const { inputs, labels, size } of examples.batches(4, { seed: 1, epoch: 2 })) {
      expect(inputs.length).toBe(3 * size)
      expect(labels.length).toBe(size)
      for (let row = 0; row < size; row++) {
        const [first, second, third] = inputs.subarray(3 * row, 3 * row + 3)
        expect([second, third, labels[row]]).toEqual([2 * first!, 3 * first!, first! % 10])
      }
    }
  })

  it('are a permutation, the same for the same seed and epoch', () => {
    fc.assert(
      fc.property(cases, ({ size, seed, epoch }) => {
        const order = drawn(size, { seed, epoch })
        expect([...order].sort((a, b) => a - b)).toEqual([...PICKS])
        expect(drawn(3, { seed, epoch })).toEqual(order)
      }),
    )
  })

  it('differ between epochs and between seeds', () => {
    expect(drawn(5, { seed: 0, epoch: 0 })).not.toEqual(drawn(5, { seed: 0, epoch: 1 }))
    expect(drawn(5, { seed: 0, epoch: 0 })).not.toEqual(drawn(5, { seed: 1, epoch: 0 }))
  })

  it('from k equal all but the first k', () => {
    fc.assert(
      fc.property(cases, fc.nat(20), ({ size, seed, epoch }, from) => {
        const all = copies(examples.batches(size, { seed, epoch }))
        expect(copies(examples.batches(size, { seed, epoch }, from))).toEqual(all.slice(from))
      }),
    )
  })

  it('reuse one buffer', () => {
    const buffers = Array.from(examples.batches(4, null), ({ inputs }) => inputs.buffer)
    expect(new Set(buffers).size).toBe(1)
  })
})

describe('normalisation', () => {
  // sha256 of the 256 little-endian float32 that numpy 2 (CIFAR's: Python's `struct`) gives for (arange(256) / 255 - mean) / std in float32.
  it.each([
    [0.1307, 0.3081, '0103dbab6b16bfcaea0aa75d7377b4b22bb6792081600921bee4a17ff9c4d33e'],
    [0.286, 0.353, '897c26057ea3a3d3b3806b3c7f76a0d02f6d9bde09d1b5335f3f9f91fde2728d'],
    [0.4914, 0.247, '9db1cde6c5e37298e46926119e83ee217cadc3a768d928d4356f94fc67e7ca8f'],
    [0.4822, 0.2435, 'cd548b7f78cfb072f71ed2781bc261bac5e55687fd0f4f493dd9c7f5af7af779'],
    [0.4465, 0.2616, 'c1dd303abca4e390dedd8a0c5dd6a7309d5be9c2d8cf549509aaf6e013c903cf'],
  ])('of mean %f and std %f is numpy’s to the bit', (mean, std, sum) => {
    const bytes = new DataView(new ArrayBuffer(1024))
    for (const [byte, value] of normalisation(mean, std).entries()) bytes.setFloat32(4 * byte, value, true)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sum)
  })
})

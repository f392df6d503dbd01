import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packFrames, unpackFrames } from '../../src/events/pack.ts'

const unpack = (packed: Uint8Array, length: number) => {
  const frames = new Uint32Array(length)
  unpackFrames(packed, (place, count) => {
    frames[place] = count
  })
  return frames
}

it('gives back any frames', () => {
  const count = fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.nat(3) },
    { weight: 1, arbitrary: fc.nat(0xffffffff) },
  )
  fc.assert(
    fc.property(fc.array(count, { maxLength: 400 }), (counts) => {
      const frames = Uint32Array.from(counts)
      expect(unpack(packFrames(frames), frames.length)).toEqual(frames)
    }),
    { seed: 6 },
  )
})

it('takes two bytes for a pixel with events, whatever is around it', () => {
  const frames = new Uint32Array(100_000)
  for (let at = 100; at < frames.length; at += 100) frames[at] = 1 + (at % 7)
  expect(packFrames(frames)).toHaveLength(2 * 999)
})

it('jumps over many zeros, to counts of any size', () => {
  const frames = new Uint32Array(300_000)
  frames[299_999] = 0xffffffff
  expect(unpack(packFrames(frames), frames.length)).toEqual(frames)
  expect(packFrames(frames)).toHaveLength(3 + 5)
})

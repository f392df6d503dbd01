import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { SnnxError } from '@snnx/ir'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readContent } from '../src/content.ts'
import { decodeIdx, encodeIdx } from '../src/idx.ts'
import { freshFolder } from './small-set.ts'

/** The example of the format's own description, byte by byte. */
const HAND_MADE = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60)

describe('idx', () => {
  it('decodes a file written by hand', () => {
    expect(decodeIdx(HAND_MADE, 'file', 3)).toEqual({ shape: [2, 1, 3], data: Uint8Array.of(10, 20, 30, 40, 50, 60) })
  })

  it('shares memory with the content', () => {
    expect(decodeIdx(HAND_MADE, 'file', 3).data.buffer).toBe(HAND_MADE.buffer)
  })

  it('gives back what was encoded', () => {
    const idx = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }).chain((shape) => {
      const length = shape.reduce((product, size) => product * size, 1)
      return fc.record({ shape: fc.constant(shape), data: fc.uint8Array({ minLength: length, maxLength: length }) })
    })
    fc.assert(
      fc.property(idx, ({ shape, data }) => {
        expect(decodeIdx(encodeIdx({ shape, data }), 'file', shape.length)).toEqual({ shape, data })
      }),
    )
  })

  const truncated = (length: number) => HAND_MADE.slice(0, length)
  const changed = (index: number, byte: number) => HAND_MADE.with(index, byte)
  it.each([
    ['empty', truncated(0), 'SNX0706', 'f has the wrong length: expected at least 16 bytes, found 0 bytes'],
    ['a cut header', truncated(11), 'SNX0706', 'f has the wrong length: expected at least 16 bytes, found 11 bytes'],
    [
      'cut data',
      truncated(21),
      'SNX0706',
      'f has the wrong length: expected 22 bytes (its header says 2 x 1 x 3), found 21 bytes',
    ],
    [
      'a huge dimension',
      changed(4, 255),
      'SNX0706',
      'f has the wrong length: expected 12834570262 bytes (its header says 4278190082 x 1 x 3), found 22 bytes',
    ],
    [
      'floats',
      changed(2, 0x0d),
      'SNX0705',
      'f is not the idx file it should be: expected the first bytes 00 00 08 03, found 00 00 0d 03',
    ],
    [
      'another rank',
      changed(3, 1),
      'SNX0705',
      'f is not the idx file it should be: expected the first bytes 00 00 08 03, found 00 00 08 01',
    ],
  ])('refuses %s', (_, content, code, message) => {
    expect(() => decodeIdx(content, 'f', 3)).toThrow(expect.objectContaining({ code, message }))
  })

  it('survives any truncation and mutation with a valid decode or a coded error', async () => {
    const path = join(freshFolder(), 'file')
    const outcomes = { decoded: 0, refused: 0 }
    const plain = encodeIdx({ shape: [5, 2, 2], data: Uint8Array.from({ length: 20 }, (_, i) => i * 11) })
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
        try {
          const { shape, data } = decodeIdx(await readContent(path, plain.length), path, 3)
          expect(data.length).toBe(shape.reduce((product, size) => product * size, 1))
          outcomes.decoded++
        } catch (error) {
          expect(error).toBeInstanceOf(SnnxError)
          expect((error as SnnxError).code).toMatch(/^SNX07(04|05|06|14)$/)
          expect((error as SnnxError).message).toContain(path)
          outcomes.refused++
        }
      }),
      { numRuns: 1000, seed: 7 },
    )
    expect(outcomes.decoded).toBeGreaterThan(20)
    expect(outcomes.refused).toBeGreaterThan(50)
  })
})

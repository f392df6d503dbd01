import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePositions, encodePositions, type PositionEncoding } from '../src/checkpoint/sparse.ts'

fc.configureGlobal({ seed: 1 })

const positionsOf = (mask: ArrayLike<number>) => Array.from(mask).flatMap((kept, index) => (kept ? [index] : []))

/** A mask of `total` weights that keeps those at `positions`. */
function maskOf(positions: readonly number[], total: number): Uint8Array {
  const mask = new Uint8Array(total)
  for (const position of positions) mask[position] = 1
  return mask
}

/** The bytes of each form, by counting: an escape stands for `limit` pruned weights; none follow the last survivor. */
function sizes(mask: Uint8Array): Record<PositionEncoding, number> {
  const positions = positionsOf(mask)
  const words = (limit: number) =>
    positions.reduce((sum, at, index) => sum + 1 + Math.floor((at - (positions[index - 1] ?? -1) - 1) / limit), 0)
  return { gaps8: words(255), gaps16: 2 * words(65535), bits: Math.ceil(mask.length / 8) }
}

function expectRoundTrip(mask: Uint8Array): PositionEncoding {
  const encoded = encodePositions(mask)
  const positions = positionsOf(mask)
  expect([...decodePositions(encoded, positions.length, mask.length)!]).toEqual(positions)
  const counted = sizes(mask)
  expect(encoded.bytes.length).toBe(Math.min(...Object.values(counted)))
  expect(encoded.bytes.length).toBe(counted[encoded.encoding])
  return encoded.encoding
}

describe('positions of survivors', () => {
  it('come back from the smallest form, at any density', () => {
    const mask = fc
      .integer({ min: 1, max: 300 })
      .chain((rarity) =>
        fc.array(fc.nat(rarity), { maxLength: 3000 }).map((drawn) => Uint8Array.from(drawn, (of) => Number(of === 0))),
      )
    const seen = new Set<PositionEncoding>()
    fc.assert(fc.property(mask, (mask) => void seen.add(expectRoundTrip(mask))))
    expect([...seen].sort()).toEqual(['bits', 'gaps8'])
  })

  it('come back over gaps of any length', () => {
    const gap = fc.oneof(
      fc.nat(600),
      fc.constantFrom(253, 254, 255, 256, 509, 510, 511, 765),
      fc.constantFrom(65534, 65535, 65536, 131069, 131070, 131071),
    )
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 6 }), gap, (gaps, tail) => {
        const positions: number[] = []
        for (const gap of gaps) positions.push((positions.at(-1) ?? -1) + 1 + gap)
        expectRoundTrip(maskOf(positions, (positions.at(-1) ?? -1) + 1 + tail))
      }),
      { numRuns: 30 },
    )
  })

  it.each([254, 255, 256, 510, 65534, 65535, 65536, 131070])('come back with %d pruned before the only one', (gap) => {
    expectRoundTrip(maskOf([gap], gap + 1))
    expectRoundTrip(maskOf([gap, 2 * gap + 1], 2 * gap + 500))
  })

  it('of nothing, of all, and of no weights at all', () => {
    expectRoundTrip(new Uint8Array(0))
    expectRoundTrip(new Uint8Array(1000))
    expectRoundTrip(new Uint8Array(70_000))
    expect(expectRoundTrip(new Uint8Array(1000).fill(1))).toBe('bits')
    expectRoundTrip(Uint8Array.of(1))
  })

  it('take bits when dense, bytes when sparse, words when very sparse', () => {
    const every = (step: number) => Uint8Array.from({ length: 500_000 }, (_, at) => Number(at % step === step - 1))
    expect(expectRoundTrip(every(4))).toBe('bits')
    expect(expectRoundTrip(every(137))).toBe('gaps8')
    expect(expectRoundTrip(every(5000))).toBe('gaps16')
  })

  it('read masks of any number type', () => {
    const mask = maskOf([3, 700], 900)
    expect(encodePositions(Float32Array.from(mask))).toEqual(encodePositions(mask))
  })
})

describe('bytes that are not positions', () => {
  const encodings = fc.constantFrom<PositionEncoding>('gaps8', 'gaps16', 'bits')

  it('give null, or exactly the promised number of ascending positions inside the layer', () => {
    fc.assert(
      fc.property(
        encodings,
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(60),
        fc.nat(400),
        (encoding, bytes, kept, total) => {
          const indices = decodePositions({ encoding, bytes }, kept, total)
          if (indices === null) return
          expect(indices).toHaveLength(kept)
          for (const [at, index] of indices.entries()) {
            expect(index).toBeLessThan(total)
            if (at > 0) expect(index).toBeGreaterThan(indices[at - 1]!)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['one position too few', 'gaps8', [0, 0], 3, 10],
    ['one too many', 'gaps8', [0, 0, 0], 2, 10],
    ['one beyond the end', 'gaps8', [5, 4], 2, 10],
    ['an escape without an end', 'gaps8', [0, 255], 2, 1000],
    ['half a word', 'gaps16', [0, 0, 0], 1, 10],
    ['bits of another length', 'bits', [1, 0], 1, 8],
    ['a bit beyond the end', 'bits', [0, 4], 1, 10],
    ['a bit too many', 'bits', [3], 1, 8],
  ] as const)('%s give null', (_, encoding, bytes, kept, total) => {
    expect(decodePositions({ encoding, bytes: Uint8Array.from(bytes) }, kept, total)).toBeNull()
  })
})

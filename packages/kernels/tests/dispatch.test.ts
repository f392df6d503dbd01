import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { loadCosts } from '../src/costs.ts'
import { type Costs, DEFAULT_COSTS, pickForward, pickToInput, pickToWeights } from '../src/dispatch.ts'
import type { Geometry } from '../src/kernels.ts'
import { native } from './sets.ts'

const conv: Geometry = {
  images: 8,
  channelsIn: 64,
  height: 32,
  width: 32,
  channelsOut: 64,
  kernel: 3,
  stride: 1,
  padding: 1,
} // prettier-ignore
const linear: Geometry = {
  images: 64,
  channelsIn: 800,
  height: 1,
  width: 1,
  channelsOut: 10,
  kernel: 1,
  stride: 1,
  padding: 0,
} // prettier-ignore

/** The figures of the prototype (`kernels.md`), as if they were this machine's, in picoseconds a multiply-accumulate. */
const figures = {
  spikeForward: { base: 0.71, slope: 12.9 },
  spikeToWeights: { base: 0.19, slope: 14.2 },
  sparseForward: { base: 0.26, slope: 17.5 },
  sparseToInput: { base: 0.39, slope: 18.8 },
  sparseToWeights: { base: 0.26, slope: 20.1 },
  gemm: 14.9,
  winograd: 4.3,
}
const prototype: Costs = { wide: figures, narrow: figures, linear: DEFAULT_COSTS.linear, single: DEFAULT_COSTS.single }

describe('the dispatcher', () => {
  it('picks what the prototype would: weight-sparse if d < 0.7 r + 0.03, else spikes if r < 0.27, else Winograd', () => {
    const pick = (rate: number | null, connectivity: number) => pickForward(prototype, conv, { rate, connectivity })
    expect(pick(0.1, 0.05)).toBe('sparse')
    expect(pick(0.1, 0.25)).toBe('spikes')
    expect(pick(0.4, 0.5)).toBe('winograd')
    expect(pick(null, 0.5)).toBe('winograd')
    expect(pick(null, 0.1)).toBe('sparse')
  })

  it('takes lists later where a linear layer sees a single example, for which they are slower than a plain product', () => {
    const pick = (images: number, connectivity: number) =>
      pickForward(DEFAULT_COSTS, { ...linear, images }, { rate: null, connectivity })
    expect([pick(64, 0.25), pick(1, 0.25), pick(1, 0.05)]).toEqual(['sparse', 'gemm', 'sparse'])
  })

  it('goes by the costs of layers about as wide', () => {
    const costs = { ...prototype, narrow: { ...figures, winograd: 1 } }
    const of = (channels: number) => ({ ...conv, channelsIn: channels, channelsOut: channels })
    const [narrow, wide] = [127, 128].map((channels) =>
      pickForward(costs, of(channels), { rate: 0.1, connectivity: 1 }),
    )
    expect({ narrow, wide }).toEqual({ narrow: 'winograd', wide: 'spikes' })
  })

  it('leaves pruned weights out of the gradient only where the mask is fixed', () => {
    const densities = { rate: 0.1, connectivity: 0.02 }
    expect(pickToWeights(prototype, conv, densities, true)).toBe('sparse')
    expect(pickToWeights(prototype, conv, densities, false)).toBe('spikes')
    expect(pickToWeights(prototype, conv, { rate: null, connectivity: 0.02 }, false)).toBe('gemm')
  })

  it('never picks lists without a mask, spikes without spikes, or Winograd where it does not fit', () => {
    const density = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        density,
        density,
        fc.constantFrom(1, 3, 5),
        fc.constantFrom(1, 2),
        (rate, connectivity, kernel, stride) => {
          const geometry = { ...conv, kernel, stride }
          const picks = [
            pickForward(DEFAULT_COSTS, geometry, { rate: null, connectivity }),
            pickToInput(DEFAULT_COSTS, geometry, { rate: null, connectivity }),
          ]
          expect(picks).not.toContain('spikes')
          if (kernel !== 3 || stride !== 1) expect(picks).not.toContain('winograd')
          expect(pickForward(DEFAULT_COSTS, geometry, { rate, connectivity: 1 })).not.toBe('sparse')
          expect(pickToInput(DEFAULT_COSTS, linear, { rate, connectivity })).not.toBe('winograd')
        },
      ),
      { seed: 1 },
    )
  })
})

describe.skipIf(native === null)('loadCosts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'snnx-costs-'))
  const [library, file] = [join(folder, 'library'), join(folder, 'costs.json')]
  writeFileSync(library, 'a library')
  afterAll(() => rmSync(folder, { recursive: true }))

  it('measures once, and reads it from then on, until the library is another', () => {
    const measured = loadCosts(native!, library, file)
    expect(measured.wide.gemm).toBeGreaterThan(0)
    expect(readdirSync(folder).sort()).toEqual(['costs.json', 'library'])
    expect(loadCosts(native!, library, file)).toEqual(measured)
    const kept = readFileSync(file, 'utf8')
    utimesSync(library, 1, 1)
    loadCosts(native!, library, file)
    expect(readFileSync(file, 'utf8')).not.toBe(kept)
  })

  it('measures again where the file is damaged', () => {
    for (const broken of ['{', '{"library":"","costs":{}}']) {
      writeFileSync(file, broken)
      expect(loadCosts(native!, library, file).linear.winograd).toBeNull()
      expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('costs')
    }
  })

  it('goes by a known machine where nothing can be kept, or there is no library', () => {
    expect(loadCosts(native!, library, join(folder, 'nowhere', 'costs.json'))).toBe(DEFAULT_COSTS)
    expect(loadCosts(native!, join(folder, 'missing'), file)).toBe(DEFAULT_COSTS)
  })
})

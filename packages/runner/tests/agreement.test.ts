import { describe, expect, it } from 'vitest'
import { compareCounts, isSameSetting } from '../src/agreement.ts'

describe('compareCounts', () => {
  it('takes equal counts as exact, in whatever setting', () => {
    expect([compareCounts(7, 7, true), compareCounts(0, 0, false)]).toEqual(['exact', 'exact'])
  })

  it('takes nothing else in the same setting', () => {
    expect(compareCounts(109_285_378, 109_285_379, false)).toBe('none')
  })

  it('grants another setting a thousandth, and always one', () => {
    expect(compareCounts(1_000_000, 1_001_000, true)).toBe('rounding')
    expect(compareCounts(1_001_000, 1_000_000, true)).toBe('rounding')
    expect(compareCounts(1_000_000, 1_001_002, true)).toBe('none')
    expect([compareCounts(3, 4, true), compareCounts(3, 5, true)]).toEqual(['rounding', 'none'])
  })

  it('never agrees with what is not there', () => {
    expect(compareCounts(Number.NaN, 5, true)).toBe('none')
    expect(compareCounts(Number.NaN, Number.NaN, true)).toBe('none')
  })
})

describe('isSameSetting', () => {
  const setting = { backend: 'native', version: 3, cpu: 'a' }

  it('asks for the same processor, backend and engine', () => {
    expect(isSameSetting(setting, { ...setting })).toBe(true)
    for (const other of [{ backend: 'wasm' }, { version: 2 }, { cpu: 'b' }]) {
      expect(isSameSetting(setting, { ...setting, ...other })).toBe(false)
    }
  })
})

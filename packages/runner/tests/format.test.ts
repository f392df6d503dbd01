import { describe, expect, it } from 'vitest'
import { formatBytes, formatDuration, formatNumber, formatShare, formatVariant, sanitize } from '../src/format.ts'

describe('numbers as a person reads them', () => {
  it.each([
    [1, '100 %'],
    [0.5, '50 %'],
    [0.12345, '12.3 %'],
    [0.0235, '2.35 %'],
    [0.0073, '0.73 %'],
    [0.00001, '0.001 %'],
    [0.9996, '99.96 %'],
    [0, '0 %'],
  ])('share %d is %s', (share, text) => expect(formatShare(share)).toBe(text))

  it.each([
    [0, '0'],
    [0.02134, '0.02134'],
    [12.34567, '12.35'],
    [551_234.4, '551,234'],
    [0.0000123, '1.23e-5'],
    [-3, '-3'],
    [1e10, '1.00e+10'],
  ])('number %d is %s', (value, text) => expect(formatNumber(value)).toBe(text))

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [2_540_000, '2.54 MB'],
    [5e12, '5.00 TB'],
    [5e15, '5.00e+3 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

  it.each([
    [0.2, '0 s'],
    [99, '99 s'],
    [100, '2 min'],
    [5940, '99 min'],
    [7500, '2 h 05 min'],
  ])('%d seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))
})

describe('text', () => {
  it('leaves the method out of the swept values', () => {
    expect(formatVariant({ compress: 'minimax', 'cell.tau': 2, leak: 'a' })).toBe('cell.tau = 2, leak = a')
  })

  it('shows control characters instead of sending them, and keeps words and lines', () => {
    expect(sanitize('a\u001b[31m\u0007\u009b\u202eb\n\tü 漢')).toBe('a\\x1b[31m\\x07\\x9b\\u202eb\n\tü 漢')
  })
})

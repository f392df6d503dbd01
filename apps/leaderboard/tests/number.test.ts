import { expect, test } from 'vitest'
import {
  formatChange,
  formatCount,
  formatDate,
  formatDuration,
  formatFixed,
  formatRange,
  formatShare,
  formatSi,
  formatSignificant,
  formatTime,
} from '../src/format/number.ts'

const plain = (text: string) => text.replaceAll('\u202f', ' ').replaceAll('\u2212', '-')

test.each([
  [0, '', '0'],
  [5_081_600, '', '5.08 M'],
  [999_950, '', '1.00 M'],
  [999.6, 'B', '1.00 kB'],
  [37, '', '37'],
  [2.3e-6, 'J', '2.30 µJ'],
  [65.66e-9, 'J', '65.7 nJ'],
  [0.00042, 's', '420 µs'],
  [1, 's', '1.00 s'],
  [-1500, '', '-1.50 k'],
  [1e300, 'J', '1.00e300 J'],
  [1e-30, 'J', '1.00e-30 J'],
])('SI: %d %s is %s', (value, unit, text) => {
  expect(plain(formatSi(value, unit))).toBe(text)
})

test('figures of the table', () => {
  expect(plain(formatFixed(-0.004))).toBe('0.00')
  expect(plain(formatFixed(-4.1))).toBe('-4.10')
  expect(plain(formatFixed(1e21))).toBe('1.00e21')
  expect(plain(formatChange(0.25))).toBe('+0.25')
  expect(plain(formatChange(-0.19))).toBe('-0.19')
  expect(plain(formatChange(0.001))).toBe('0.00')
  expect(plain(formatShare(0.0235))).toBe('2.35 %')
  expect(plain(formatShare(0.00728))).toBe('0.728 %')
  expect(plain(formatShare(1))).toBe('100 %')
  expect(plain(formatCount(627200))).toBe('627 200')
  expect(plain(formatSignificant(0.00001234))).toBe('1.23e-5')
  expect(formatSignificant(12.3456)).toBe('12.3')
  expect(plain(formatRange(formatSi(65.6e-9, 'J'), formatSi(65.7e-9, 'J')))).toBe('65.6 to 65.7 nJ')
  expect(plain(formatRange(formatSi(900e-9, 'J'), formatSi(1.1e-6, 'J')))).toBe('900 nJ to 1.10 µJ')
})

test('times', () => {
  expect(plain(formatDuration(4.24))).toBe('4.2 s')
  expect(plain(formatDuration(200))).toBe('3 min 20 s')
  expect(plain(formatDuration(7500))).toBe('2 h 5 min')
  expect(formatDate('2026-11-24T23:59:00Z')).toBe('24 Nov 2026')
  expect(formatTime('2026-11-24T23:59:00Z')).toBe('24 Nov 2026, 23:59')
})

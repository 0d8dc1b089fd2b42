import { describe, expect, test } from 'vitest'
import { formatBytes, formatCost, formatCount, formatDuration, formatPercent, formatWhen } from './format.ts'

describe('what was not measured', () => {
  test('is an en dash, never 0', () => {
    const all = [formatBytes, formatCost, formatCount, formatDuration, formatPercent, formatWhen]
    for (const format of all) expect(format(null)).toBe('–')
    expect(formatCost(0)).toBe('$0')
    expect(formatDuration(0)).toBe('0.0 s')
  })
})

test.each([
  [400, '0.4 s'],
  [949, '0.9 s'],
  [951, '1 s'],
  [59_400, '59 s'],
  [59_600, '1 m 00 s'],
  [185_000, '3 m 05 s'],
  [3_599_600, '1 h 00 m'],
  [7_620_000, '2 h 07 m'],
  [180_000_000, '2 d 2 h'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [0.0042, '$0.0042'],
  [1.2, '$1.20'],
  [1203.7, '$1,204'],
])('%d dollars are %s', (usd, text) => {
  expect(formatCost(usd)).toBe(text)
})

test.each([
  [999, '999 B'],
  [1200, '1.2 kB'],
  [999_400, '999 kB'],
  [999_600, '1.0 MB'],
  [41_000_000_000, '41 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test('a time of today is without its day, one of another year with it', () => {
  const now = new Date(2026, 2, 4, 18, 0)
  expect(formatWhen(new Date(2026, 2, 4, 14, 3).toISOString(), now)).toBe('14:03')
  expect(formatWhen(new Date(2026, 1, 3, 14, 3).toISOString(), now)).toBe('Feb 3, 14:03')
  expect(formatWhen(new Date(2025, 1, 3, 14, 3).toISOString(), now)).toBe('Feb 3 2025, 14:03')
  expect(formatWhen('yesterday', now)).toBe('–')
})

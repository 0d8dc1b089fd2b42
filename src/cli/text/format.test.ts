import { expect, test } from 'vitest'
import {
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatEstimate,
  formatMoney,
  formatRate,
  formatReward,
  formatTests,
  formatTime,
  plural,
} from './format.ts'

test.each([
  [null, '–'],
  [0, '0.0s'],
  [49, '0.0s'],
  [12_345, '12.3s'],
  [59_949, '59.9s'],
  [59_960, '1m 00s'],
  [125_400, '2m 05s'],
  [3_599_700, '1h 00m'],
  [3_725_000, '1h 02m'],
  [183_600_000, '2d 03h'],
])('the duration of %s ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [0, '0:00'],
  [7_999, '0:07'],
  [725_000, '12:05'],
  [3_723_000, '1:02:03'],
])('a clock after %d ms shows %s', (ms, text) => {
  expect(formatClock(ms)).toBe(text)
})

test('an estimate is coarse and never says that nothing is left', () => {
  expect([0, 12_000, 54_000, 61_000, 3_540_000, 3_601_000].map(formatEstimate)).toEqual([
    '5s',
    '15s',
    '55s',
    '2m',
    '59m',
    '1h 01m',
  ])
})

test('bytes count in powers of 1000 and move to the next unit before they need four digits', () => {
  expect([0, 999, 1_000, 1_234, 35_400_000, 999_600, 1_300_000_000].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '1.2 kB',
    '35 MB',
    '1.0 MB',
    '1.3 GB',
  ])
  expect(formatBytes(null)).toBe('–')
})

test('what was not measured is never shown as zero', () => {
  expect(formatMoney(null)).toBe('not measured')
  expect(formatCount(null)).toBe('not measured')
  expect([0, 0.00123, 0.5, 12.345].map((usd) => formatMoney(usd))).toEqual(['$0.00', '$0.0012', '$0.50', '$12.35'])
  expect(formatCount(1234567)).toBe('1,234,567')
})

test('a rate names its denominator and has no percentage without one', () => {
  expect([formatRate(7, 10), formatRate(7, 9), formatRate(0, 0)]).toEqual(['7/10 (70%)', '7/9 (77.8%)', '0/0'])
})

test('rewards lose the digits that only a binary fraction has', () => {
  expect([1, 0.30000000000000004, 1 / 3, null].map(formatReward)).toEqual(['1', '0.3', '0.333333', '–'])
  expect([formatTests(1, 3), formatTests(null, 3)]).toEqual(['1/3', '–'])
})

test('times are local and of fixed width', () => {
  expect(formatTime('2026-11-21T06:17:05.123456Z')).toMatch(/^2026-11-2\d \d\d:\d\d:05$/)
  expect([formatTime(null), formatTime('soon')]).toEqual(['–', '–'])
})

test('one is singular', () => {
  expect([0, 1, 2].map((count) => plural(count, 'trial'))).toEqual(['0 trials', '1 trial', '2 trials'])
})

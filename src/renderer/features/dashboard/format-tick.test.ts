import { scaleTime } from '@visx/scale'
import { expect, test } from 'vitest'
import { formatTick } from './format-tick.ts'

test.each([
  ['two minutes, the least that is shown', new Date(2026, 4, 4, 14, 29, 10), 2 * 60_000],
  ['an hour', new Date(2026, 4, 4, 13, 50), 3_600_000],
  ['over midnight', new Date(2026, 4, 4, 23, 58, 30), 3 * 60_000],
  ['months', new Date(2026, 10, 4, 9), 90 * 86_400_000],
])('no two marks of an axis have one label: %s', (_span, from, lengthMs) => {
  const ticks = scaleTime({ domain: [from, new Date(from.getTime() + lengthMs)] }).ticks(9)
  const labels = ticks.map(formatTick)
  expect(labels.length).toBeGreaterThan(2)
  expect(new Set(labels).size).toBe(labels.length)
})

test('what stands at a border of days or years is called by it', () => {
  expect([new Date(2026, 0, 1), new Date(2026, 2, 4), new Date(2026, 2, 4, 14, 30)].map(formatTick)).toEqual([
    '2026',
    'Mar 4',
    '14:30',
  ])
})

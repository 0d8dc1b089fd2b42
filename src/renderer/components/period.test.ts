import { afterEach, beforeEach, expect, test } from 'vitest'
import { formatDay, sinceDaysAgo, sinceToday } from './period.ts'

let zone: string | undefined
beforeEach(() => {
  zone = process.env['TZ']
  process.env['TZ'] = 'Asia/Tokyo'
})
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

test('today begins at local midnight and is called by its local day', () => {
  const since = sinceToday(new Date('2026-03-04T22:30:00Z'))
  expect(since).toBe('2026-03-04T15:00:00.000000Z')
  expect(formatDay(since)).toBe('2026-03-05')
})

test('days ago are whole days of 24 hours', () => {
  expect(sinceDaysAgo(7, new Date('2026-03-08T22:30:00Z'))).toBe('2026-03-01T22:30:00.000000Z')
})

test('an address may say anything', () => {
  expect(formatDay('lately')).toBe('lately')
})

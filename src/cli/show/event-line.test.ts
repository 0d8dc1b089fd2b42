import { expect, test } from 'vitest'
import { renderEvent } from './event-line.ts'

test('an event is one harmless line with all it carries', () => {
  const line = renderEvent({
    v: 1,
    seq: 12,
    at: '2026-11-21T06:00:00.000000Z',
    type: 'warning.raised',
    message: 'two\nlines \x1b[2J',
    hint: null,
  })
  expect(line).toMatch(/^ {3}12 {2}\d\d:\d\d:00 {2}warning\.raised {8}message="two lines" hint=null$/)
})

test('fractions are cut and long values too', () => {
  const line = renderEvent({
    v: 1,
    seq: 1,
    at: '2026-11-21T06:00:00.000000Z',
    type: 'phase.finished',
    phase: 'queued',
    durationMs: 2.49822,
  })
  expect(line).toMatch(/durationMs=2\.498$/)
  const long = renderEvent({
    v: 1,
    seq: 1,
    at: '2026-11-21T06:00:00.000000Z',
    type: 'warning.raised',
    message: 'x'.repeat(500),
    hint: null,
  })
  expect(long.length).toBeLessThan(200)
})

import { expect, it } from 'vitest'
import type { TrialEventBody } from '../../contract/events.ts'
import type { Clock } from './ports.ts'
import { toLogLine, withReadableLog } from './readable-log.ts'

const clock: Clock = {
  timestamp: () => '2026-01-02T03:04:05.000006Z',
  monotonicMs: () => 0,
  sleep: async () => {},
}

it('keeps a line of what is for people, and hands everything on', async () => {
  const appended: TrialEventBody[] = []
  const { journal, text } = withReadableLog<TrialEventBody>(
    { append: (body) => void appended.push(body), flush: async () => {}, close: async () => {} },
    { clock, redact: (whole) => whole },
  )
  const told: readonly TrialEventBody[] = [
    { type: 'phase.started', phase: 'verification' },
    { type: 'output.written', phase: 'verification', from: 0, to: 9 },
    { type: 'warning.raised', message: 'it is slow', hint: 'wait' },
    { type: 'error.raised', exceptionType: 'RuntimeError', message: 'gone', phase: 'verification' },
    { type: 'phase.finished', phase: 'verification', durationMs: 1250 },
  ]
  for (const body of told) journal.append(body)
  await journal.close()
  expect(appended).toEqual(told)
  expect(text().split('\n')).toEqual([
    '2026-01-02T03:04:05.000006Z INFO verification begins',
    '2026-01-02T03:04:05.000006Z WARNING it is slow (wait)',
    '2026-01-02T03:04:05.000006Z ERROR RuntimeError in verification: gone',
    '2026-01-02T03:04:05.000006Z INFO verification ended after 1.3 s',
    '',
  ])
})

it('is a line each, whatever comes out of a container', () => {
  const message = `a\r\nb\u001b[2Jc\u2028d${'x'.repeat(10_000)}`
  const line = toLogLine({ type: 'warning.raised', message, hint: null }, (whole) => whole)
  expect(line).toMatch(/^WARNING a b \[2Jc dx+$/)
  expect(line?.length).toBeLessThan(2100)
})

it('hides secrets before it makes a line of several or cuts one', () => {
  const redact = (text: string): string => text.replaceAll('key\nof two lines', '[REDACTED]')
  const lineOf = (message: string): string | null => toLogLine({ type: 'warning.raised', message, hint: null }, redact)
  expect(lineOf('key\nof two lines')).toBe('WARNING [REDACTED]')
  expect(lineOf(`${'x'.repeat(1995)}key\nof two lines`)).toMatch(/^WARNING x{1995}\[REDA$/)
})

it('keeps how it began and how it ended of a log without end', () => {
  const sink = { append: () => {}, flush: async () => {}, close: async () => {} }
  const { journal, text } = withReadableLog<TrialEventBody>(sink, { clock, redact: (whole) => whole })
  for (let n = 1; n <= 50_000; n += 1) journal.append({ type: 'warning.raised', message: `n ${n}`, hint: null })
  const lines = text().trimEnd().split('\n')
  expect([lines[0], lines.at(-1)]).toEqual([
    expect.stringMatching(/ n 1$/) as unknown,
    expect.stringMatching(/ n 50000$/) as unknown,
  ])
  const [, dropped] = /^… (\d+) lines: see tbcc\.events\.jsonl$/.exec(lines[1000] ?? '') ?? []
  expect(lines).toHaveLength(50_000 - Number(dropped) + 1)
  expect(lines.length).toBeLessThan(25_000)
})

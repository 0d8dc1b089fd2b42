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
    clock,
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
  const line = toLogLine({ type: 'warning.raised', message, hint: null })
  expect(line).toMatch(/^WARNING a b \[2Jc dx+$/)
  expect(line?.length).toBeLessThan(2100)
})

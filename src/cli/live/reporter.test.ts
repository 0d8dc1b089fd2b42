import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Output } from '../host.ts'
import { createStyle } from '../text/style.ts'
import { admitted, ended, type Happening, jobStarted, planned } from './events.testing.ts'
import { createJsonReporter } from './json-reporter.ts'
import { createLiveReporter } from './live-reporter.ts'
import { createPlainReporter } from './plain-reporter.ts'
import type { Reporter } from './reporter.ts'
import { createFakeTerminal } from './terminal.testing.ts'

const happenings: readonly Happening[] = [
  { atMs: 0, job: jobStarted({ totalTrials: 2, backendReason: 'Docker answers' }) },
  { atMs: 0, job: planned('a__1') },
  { atMs: 0, job: planned('b__1') },
  { atMs: 0, job: admitted('a__1') },
  { atMs: 0, trial: 'a__1', event: { type: 'phase.finished', phase: 'queued', durationMs: 10 } },
  {
    atMs: 0,
    trial: 'a__1',
    event: {
      type: 'verdict.reached',
      rewards: { reward: 0 },
      reward: 0,
      tests: { passed: 1, failed: 2, skipped: 0, total: 3 },
    },
  },
  {
    atMs: 0,
    trial: 'a__1',
    event: {
      type: 'finding.made',
      finding: {
        kind: 'planted-reward',
        message: 'a reward was planted',
        evidence: ['/logs/verifier/\x1b[2Jreward.txt'],
      },
    },
  },
  {
    atMs: 0,
    trial: 'a__1',
    event: {
      type: 'trial.finished',
      outcome: 'failure',
      blame: 'agent',
      evidence: ['test_x: \x1b]0;evil\x07wrong'],
      reward: 0,
      durationMs: 3010,
    },
  },
  { atMs: 0, job: ended('a__1', { outcome: 'failure', blame: 'agent', reward: 0, durationMs: 3010 }) },
  { atMs: 0, job: admitted('b__1') },
  {
    atMs: 0,
    job: ended('b__1', {
      outcome: 'error',
      blame: 'infrastructure',
      reward: null,
      exceptionType: 'RuntimeError',
      durationMs: 500,
    }),
  },
  {
    atMs: 0,
    job: {
      type: 'trial.retry-scheduled',
      trialId: 'b',
      trialName: 'b__1',
      retry: 1,
      delayMs: 2000,
      exceptionType: 'RuntimeError',
    },
  },
  { atMs: 0, job: { type: 'warning.raised', message: 'the disk is nearly full', hint: 'make room' } },
  { atMs: 0, job: { type: 'job.stopping', reason: 'asked', force: false } },
]

function tell(reporter: Reporter, some: readonly Happening[] = happenings): void {
  for (const [index, happening] of some.entries()) {
    const header = { v: 1 as const, seq: index + 1, at: '2026-11-21T06:17:05.000000Z' }
    if ('job' in happening) reporter.onJobEvent({ ...header, ...happening.job })
    else reporter.onTrialEvent(happening.trial, { ...header, ...happening.event })
  }
}

function createPipe(): Output & { readonly text: () => string } {
  let text = ''
  const write = (data: string | Uint8Array): boolean => {
    text += String(data)
    return true
  }
  return {
    write,
    isTerminal: false,
    columns: () => null,
    rows: () => null,
    onResize: () => () => {},
    drained: async () => {},
    text: () => text,
  }
}

const options = {
  label: ({ taskName }: { taskName: string }) => taskName.slice(4),
  earlierOutcomes: [],
  style: createStyle(false),
  nowMs: () => performance.now(),
}

describe('plain lines', () => {
  test('a line for what happened, none for what did not', () => {
    const pipe = createPipe()
    tell(createPlainReporter(pipe, { ...options, debug: false }))
    expect(pipe.text()).toMatchInlineSnapshot(`
      "nightly: 2 trials, 2 at once, on docker 20.10.24 (Docker answers)
        started  a
      a: found: a reward was planted (/logs/verifier/reward.txt)
      ✖ failure  a  reward 0, tests 1/3, 3.0s · agent: test_x: wrong
        started  b
      ! error  b  0.5s · infrastructure: RuntimeError
      ↻ b: retry 1 in 2.0s after RuntimeError
      warning: the disk is nearly full; make room
      Stopping: running trials are cancelled, what they have is kept. Ctrl-C again gives up at once.
      "
    `)
  })

  test('with --debug phases too', () => {
    const pipe = createPipe()
    tell(createPlainReporter(pipe, { ...options, debug: true }))
    expect(pipe.text()).toContain('a: queued 0.0s')
  })
})

test('--json has every event, each with its stream', () => {
  const pipe = createPipe()
  tell(createJsonReporter(pipe, 'nightly'))
  const events = pipe
    .text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  expect(events).toHaveLength(happenings.length)
  expect(events[0]).toMatchObject({ stream: 'nightly', seq: 1, type: 'job.started', jobName: 'nightly' })
  expect(events[4]).toMatchObject({ stream: 'nightly/a__1', seq: 5, type: 'phase.finished' })
})

describe('the live view', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('ended trials scroll above the bar and the running ones', () => {
    const terminal = createFakeTerminal({ columns: 120, rows: 20 })
    const reporter = createLiveReporter(terminal, options)
    tell(reporter, happenings.slice(0, 10))
    reporter.onOutput('b__1', new TextEncoder().encode('\x1b[31mhello\x1b[0m\n'))
    vi.advanceTimersByTime(200)
    expect(terminal.screen()).toMatchInlineSnapshot(`
      [
        "nightly: 2 trials, 2 at once, on docker 20.10.24 (Docker answers)",
        "a: found: a reward was planted (/logs/verifier/reward.txt)",
        "✖ failure  a  reward 0, tests 1/3, 3.0s · agent: test_x: wrong",
        "████████████░░░░░░░░░░░░ 1/2  0 passed · 1 failed · 0 errors · 1 remaining · about 5s left",
        "  b  queued              0:00  hello",
        "",
      ]
    `)
    vi.advanceTimersByTime(3000)
    expect(terminal.screen()[4]).toBe('  b  queued              0:03  hello')
    reporter.close()
    expect(terminal.screen().slice(3)).toEqual([''])
    expect(terminal.cursorHidden()).toBe(false)
  })

  test('a resume goes on counting from what had ended before', () => {
    const terminal = createFakeTerminal({ columns: 120, rows: 20 })
    const earlierOutcomes = ['success', 'success', 'timeout', 'error', null] as const
    const reporter = createLiveReporter(terminal, { ...options, earlierOutcomes })
    tell(reporter, [
      { atMs: 0, job: jobStarted({ totalTrials: 7, finishedTrials: 5, resumed: true }) },
      { atMs: 0, job: ended('a__1', { outcome: 'failure', blame: 'agent', reward: 0 }) },
    ])
    vi.advanceTimersByTime(200)
    const bar = terminal.screen().find((line) => line.includes('remaining'))
    expect(bar).toContain(' 6/7  2 passed · 2 failed · 1 error · 1 not verified · 1 remaining')
    reporter.close()
  })

  test('no more than ten frames a second, whatever comes in', () => {
    const terminal = createFakeTerminal({ columns: 120, rows: 20 })
    const reporter = createLiveReporter(terminal, options)
    tell(reporter, happenings.slice(0, 4))
    for (let ms = 0; ms < 1000; ms += 1) {
      reporter.onOutput('a__1', new TextEncoder().encode(`line ${ms}\n`))
      vi.advanceTimersByTime(1)
    }
    expect(terminal.writes()).toBeGreaterThan(8)
    expect(terminal.writes()).toBeLessThanOrEqual(11)
    expect(terminal.screen()[2]).toContain('line 99')
    reporter.close()
  })

  test('a terminal that became narrower is cleaned of the lines that it wrapped', () => {
    const terminal = createFakeTerminal({ columns: 100, rows: 20 })
    const reporter = createLiveReporter(terminal, options)
    tell(reporter, happenings.slice(0, 4))
    vi.advanceTimersByTime(200)
    terminal.resize(60)
    expect(terminal.screen()).toHaveLength(6)
    vi.advanceTimersByTime(200)
    expect(terminal.screen()).toEqual([
      'nightly: 2 trials, 2 at once, on docker 20.10.24 (Docker ans',
      'wers)',
      '░░░░░░░░░░░░░░ 0/2  0 passed · 0 failed · 0 errors',
      '  a  queued              0:00',
      '',
    ])
    reporter.close()
  })

  test('closed, it holds no timer and no listener', () => {
    const terminal = createFakeTerminal({ columns: 100, rows: 20 })
    const reporter = createLiveReporter(terminal, options)
    tell(reporter)
    reporter.close()
    const writes = terminal.writes()
    expect(vi.getTimerCount()).toBe(0)
    terminal.resize(50)
    vi.advanceTimersByTime(5000)
    expect(terminal.writes()).toBe(writes)
  })
})

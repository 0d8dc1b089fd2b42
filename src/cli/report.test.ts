import { expect, test } from 'vitest'
import { displayPath, hintsFor, ranMs, renderRates, renderTrialTable } from './report.ts'
import { rowOf } from './show/show.testing.ts'
import { renderJob } from './show/job.ts'
import { createStyle } from './text/style.ts'

const options = { maxWidth: null, style: createStyle(false) }
const failed = rowOf({
  trialName: 'b__1',
  taskName: 'org/b',
  outcome: 'failure',
  blame: 'agent',
  reward: 0,
  testsPassed: 1,
})
const broken = rowOf({
  trialName: 'c__1',
  outcome: 'error',
  blame: 'infrastructure',
  reward: null,
  exceptionType: 'RuntimeError',
  testsPassed: null,
})
const queued = rowOf({
  state: 'queued',
  outcome: null,
  reward: null,
  testsPassed: null,
  startedAt: null,
  finishedAt: null,
  durationMs: null,
})

test('a row for each trial, blame where it failed', () => {
  expect(renderTrialTable([rowOf(), failed, broken, queued], options)).toMatchInlineSnapshot(`
    [
      "task  agent   outcome    reward  tests  duration  blame",
      "a     oracle  ✔ success       1    3/3     12.3s",
      "b     oracle  ✖ failure       0    1/3     12.3s  agent",
      "a     oracle  ! error         –      –     12.3s  infrastructure: RuntimeError",
      "a     oracle  queued          –      –         –",
    ]
  `)
})

test('model and attempt are columns only where they vary', () => {
  const rows = [rowOf({ model: 'x/y' }), rowOf({ model: 'x/z', attempt: 2 })]
  expect(renderTrialTable(rows, options)[0]).toMatch(/^task +agent +model +attempt +outcome/)
  expect(renderTrialTable([rowOf({ model: 'x/y' })], options)[0]).toMatch(/^task +agent +outcome/)
})

test('a duration leaves the queue out', () => {
  expect(ranMs(rowOf())).toBe(12_300)
  expect(ranMs(rowOf({ startedAt: null }))).toBe(99_000)
})

test('both rates, each with its denominator', () => {
  expect(renderRates([rowOf(), failed, broken, queued])).toEqual([
    'resolved/N       1/4 (25%)',
    'resolved/judged  1/2 (50%)',
  ])
})

test('backends are never counted together', () => {
  expect(renderRates([rowOf(), { ...failed, backend: 'sandbox' }])).toEqual([
    'resolved/N       1/1 (100%) on docker',
    'resolved/judged  1/1 (100%) on docker',
    'resolved/N       0/1 (0%) on sandbox',
    'resolved/judged  0/1 (0%) on sandbox',
  ])
})

test('the trial to look at is one that failed by itself', () => {
  expect(hintsFor([rowOf(), rowOf({ outcome: 'aborted' }), failed], '')[0]).toBe('Why it failed: tbcc show b__1')
  expect(hintsFor([failed], ' -o elsewhere')).toEqual([
    'Why it failed: tbcc show b__1 -o elsewhere',
    'Its output:    tbcc logs b__1 -o elsewhere',
  ])
  expect(hintsFor([rowOf(), rowOf({ outcome: 'aborted' }), queued], '')).toEqual([])
})

test('paths below the working directory are short', () => {
  expect([displayPath('/a/b/c', '/a'), displayPath('/b', '/a'), displayPath('/a', '/a')]).toEqual(['b/c', '/b', '/a'])
})

test('what a job cost is a sum only of what was measured', () => {
  const job = {
    jobName: 'nightly',
    jobId: 'j',
    startedAt: '2026-11-21T06:00:00.000000Z',
    finishedAt: '2026-11-21T06:01:00.000000Z',
    totalTrials: 3,
    state: 'interrupted',
    agents: ['oracle'],
    backend: 'docker',
    pausedMs: 0,
  } as const
  const found = { kind: 'job', job, directory: '/w/jobs/nightly', rates: { resolved: 0, total: 0, judged: 0 } } as const
  const show = (costs: readonly (number | null)[]) =>
    renderJob({ ...found, trials: costs.map((costUsd) => rowOf({ costUsd })) }, null, {
      ...options,
      cwd: '/w',
      place: '',
    })
  expect(show([null, null])).toContain('Spend: not measured')
  expect(show([0.25, 1])).toContain('Spend: $1.25')
  expect(show([0.25, null])).toContain('Spend: $0.25, 1 of 2 trials not measured')
  const guessed = [rowOf({ costUsd: 0.25 }), rowOf({ costUsd: 0.5, costIsEstimate: true })]
  expect(renderJob({ ...found, trials: guessed }, null, { ...options, cwd: '/w', place: '' })).toContain(
    'Spend: about $0.75, 1 by price lists',
  )
  expect(show([1, 1])).toContainEqual(
    expect.stringMatching(/^nightly: interrupted in 1m 00s, .*, 1 trial without a result$/),
  )
  expect(show([1])).toContain('What is left: tbcc resume nightly')
})

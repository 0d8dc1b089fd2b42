import fc from 'fast-check'
import type { TrialFilter } from '../../src/contract/api/common.ts'
import { TRIAL_COLUMNS } from '../../src/contract/api/trials.ts'
import type { TrialRow } from '../../src/contract/rows.ts'

const name = (...names: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...names)
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null })
const time = name('2026-11-20T00:00:00.000000Z', '2026-11-21T00:00:00.000000Z', '2026-11-22T00:00:00.000000Z')
const outcome = fc.constantFrom('success', 'failure', 'timeout', 'error', 'aborted')
const blame = fc.constantFrom('agent', 'task', 'infrastructure', 'user')
const state = fc.constantFrom('queued', 'running', 'finished')
const MODELS = ['gpt', 'Claude', "o'1", 'Ä%_']
/** Sums of these are exact, in whatever order they are added. */
const amount = maybe(fc.integer({ min: 0, max: 4096 }).map((quarters) => quarters / 4))
const count = maybe(fc.nat(1000))

const facts = fc.record({
  jobName: name('one', 'two', 'three'),
  trialId: fc.constant(null),
  taskName: name('hello', 'Build', 'org/sort'),
  agent: name('oracle', 'nop', 'command'),
  model: maybe(name(...MODELS)),
  attempt: maybe(fc.integer({ min: 1, max: 3 })),
  backend: maybe(name('docker', 'sandbox')),
  state,
  outcome: maybe(outcome),
  blame: maybe(blame),
  reward: maybe(fc.constantFrom(0, 0.5, 1)),
  testsPassed: count,
  testsTotal: count,
  exceptionType: maybe(name('AgentTimeoutError', 'ValueError')),
  inputTokens: count,
  cachedTokens: count,
  outputTokens: count,
  costUsd: amount,
  startedAt: maybe(time),
  finishedAt: maybe(time),
  durationMs: amount,
  source: maybe(name('core', 'extra')),
  difficulty: maybe(name('easy', 'hard')),
  category: maybe(name('files', '')),
  steps: count,
  reason: maybe(name('2 of 6 tests failed', 'No space', 'ÄÖ _%')),
  assisted: fc.boolean(),
  costIsEstimate: fc.boolean(),
})

/** Rows of several jobs, each under a name of its own. */
export const randomTrials: fc.Arbitrary<readonly TrialRow[]> = fc
  .array(facts, { maxLength: 25, size: 'max' })
  .map((rows) => rows.map((row, index): TrialRow => ({ ...row, trialName: `t${index}` })))

const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { minLength: 1, maxLength: 2 })

const conditions = {
  jobNames: some(name('one', 'two', 'none')),
  trialNames: some(name('t0', 't1', 't2')),
  sources: some(name('core', 'extra')),
  backends: some(name('docker', 'podman')),
  agents: some(name('oracle', 'nop')),
  models: some(name('', ...MODELS)),
  tasks: some(name('hello', 'org/sort')),
  states: some(state),
  outcomes: some(fc.oneof(outcome, fc.constant('none' as const))),
  blames: some(blame),
  exceptionTypes: some(name('ValueError')),
  difficulties: some(name('easy')),
  categories: some(name('', 'files')),
  since: time,
  until: time,
  text: name('', 'HELLO', 'o', '_%', 'ä', 'Ä', 'two', '%'),
}

/** At most two conditions: more would leave no trial to tell right from wrong by. */
export const randomFilter: fc.Arbitrary<TrialFilter> = fc
  .tuple(fc.record(conditions), fc.subarray(Object.keys(conditions), { minLength: 1, maxLength: 2 }))
  .map(([all, kept]) => Object.fromEntries(Object.entries(all).filter(([key]) => kept.includes(key))))

export const randomSort = fc.record({ column: fc.constantFrom(...TRIAL_COLUMNS), descending: fc.boolean() })

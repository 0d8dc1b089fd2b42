import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { TrialFilter } from '../src/contract/api/common.ts'
import type { TrialEventBody } from '../src/contract/events.ts'
import type { TrialRow } from '../src/contract/rows.ts'
import { stampEvent, toEventLine } from '../src/core/job/event-line.ts'
import { createIndexStore, type IndexStore } from '../src/node/sqlite/sqlite-store.ts'
import { alternate, timeMs } from './measure.ts'
import type { BenchRow } from './row.ts'

const JOBS = 200
const TRIALS_PER_JOB = 100
const EVENTS = 340_000
const ROUNDS = 7
const NEWEST = { sort: { column: 'startedAt', descending: true }, offset: 0 } as const
const AT = '2026-11-21T04:09:57.928041Z'

/** What the screens ask an index of 20,000 trials, and the first steps of a trial of 340,000 events. */
export async function benchStore(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tbcc-bench-'))
  // No files stand behind these rows: they are compared with the folder once, while it is empty.
  const store = createIndexStore(folder, { isHeld: async () => false, listRefreshMs: Infinity })
  try {
    await store.refresh()
    await fill(store)
    const db = new Database(join(folder, '.tbcc.db'), { readonly: true })
    try {
      return await measureAll(store, db)
    } finally {
      db.close()
    }
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
}

async function measureAll(store: IndexStore, db: Database.Database): Promise<readonly BenchRow[]> {
  const narrow = { agents: ['agent-1'], outcomes: ['failure', 'timeout'] as const, text: 'TASK-4' }
  const filter = { ...narrow, outcomes: [...narrow.outcomes] }
  const trials = db.prepare('SELECT sum(cost_usd), count(DISTINCT task_name), max(reason) FROM trials')
  const events = db.prepare('SELECT count(*), max(length(json)) FROM events')
  const scan = async (): Promise<number> => timeMs(async () => trials.get())
  const rows: readonly (readonly [string, number, () => Promise<unknown>, number?])[] = [
    ['dashboard over 20,000 trials', 100, async () => store.statistics('overview', {})],
    ['all that the dashboard asks at once', 100, async () => askDashboard(store, {}), 100],
    ['the same, filtered', 100, async () => askDashboard(store, filter), 100],
    ['results over time of 20,000 trials', 100, async () => store.statistics('timeline', {})],
    ['runs of 20,000 by task', 100, async () => store.statistics('tasks', {})],
    ['newest runs of 20,000', 100, async () => store.queryTrials({ filter: {}, ...NEWEST, limit: 100 })],
    ['jobs list over 20,000 trials', 100, async () => Promise.all([store.listJobs(), store.jobTotals(null)])],
    ['facets of 20,000 trials', 100, async () => store.facets({})],
    ['agents and models of 20,000 trials', 100, async () => store.statistics('combinations', {})],
    ['filtered runs of 20,000', 50, async () => store.queryTrials({ filter, ...NEWEST, limit: 100 })],
    ['filtered facets of 20,000', 50, async () => store.facets(filter)],
  ]
  const measured: BenchRow[] = []
  for (const [name, targetMs, ask, enoughMs] of rows)
    measured.push(
      await row(
        name,
        { targetMs, enoughMs, gate: 12, baseline: 'bare scan of the table' },
        async () => timeMs(ask),
        scan,
      ),
    )
  const steps = { kinds: null, text: null, errors: false, offset: 0, limit: 100 }
  measured.push(
    await row(
      'first steps of 340,000 events',
      { targetMs: 1000, gate: 1, baseline: 'bare scan of the events' },
      async () => timeMs(async () => store.stepPage('job-0/trial-0', steps)),
      async () => timeMs(async () => events.get()),
    ),
  )
  return measured
}

/** As its page does: one index answers all of it. */
async function askDashboard(store: IndexStore, filter: TrialFilter): Promise<void> {
  await Promise.all([
    store.statistics('overview', filter),
    store.statistics('timeline', filter),
    store.queryTrials({ filter, ...NEWEST, limit: 10 }),
    store.facets(filter),
  ])
}

interface RowBounds {
  readonly targetMs: number
  /** Good enough whatever the baseline did: of several questions at once, beside which there is one scan. */
  readonly enoughMs?: number | undefined
  readonly gate: number
  readonly baseline: string
}

async function row(
  name: string,
  { targetMs, enoughMs, gate, baseline }: RowBounds,
  ours: () => Promise<number>,
  bare: () => Promise<number>,
): Promise<BenchRow> {
  const measured = await alternate(ROUNDS, ours, bare)
  return {
    name,
    baseline,
    baselineValue: measured.baseline,
    ourValue: measured.ours,
    unit: 'ms',
    higherIsBetter: false,
    gate,
    ...(enoughMs === undefined ? {} : { target: enoughMs }),
    note: `target ≤ ${targetMs} ms: ${measured.ours <= targetMs ? 'held' : 'MISSED'}`,
  }
}

async function fill(store: IndexStore): Promise<void> {
  for (let job = 0; job < JOBS; job += 1) {
    const jobName = `job-${job}`
    const startedAt = new Date(Date.UTC(2026, 0, 1) + job * 3_600_000).toISOString().replace('Z', '000Z')
    store.putJob({
      jobName,
      jobId: jobName,
      startedAt,
      finishedAt: startedAt,
      totalTrials: TRIALS_PER_JOB,
      state: 'completed',
      agents: [`agent-${job % 4}`],
      backend: 'docker',
      pausedMs: 0,
    })
    for (let trial = 0; trial < TRIALS_PER_JOB; trial += 1) store.putTrial(toRow(job, trial, startedAt))
  }
  for (let seq = 1; seq <= EVENTS; seq += 1) {
    const body = bodyOf(seq)
    store.putEvent('job-0/trial-0', seq, body.type, AT, toEventLine(stampEvent(seq, AT, body)))
    if (seq % 20_000 === 0) await store.flush()
  }
  await store.flush()
}

function toRow(job: number, trial: number, startedAt: string): TrialRow {
  const outcome = (['success', 'failure', 'timeout', 'error'] as const)[(job + trial) % 4] ?? 'error'
  const reason = outcome === 'success' ? null : `${trial % 7} of 9 tests failed: test_alpha_${trial}, test_beta_${job}`
  return {
    jobName: `job-${job}`,
    trialName: `task-${trial}__${job}x${trial}`,
    trialId: `${job}-${trial}`,
    taskName: `terminal-bench/task-${trial % 89}`,
    agent: `agent-${job % 4}`,
    model: `provider/model-${job % 6}`,
    attempt: 1,
    backend: 'docker',
    state: 'finished',
    outcome,
    blame: outcome === 'success' ? null : outcome === 'error' ? 'infrastructure' : 'agent',
    reward: outcome === 'success' ? 1 : 0,
    testsPassed: 9 - (trial % 7),
    testsTotal: 9,
    exceptionType: outcome === 'timeout' ? 'AgentTimeoutError' : null,
    inputTokens: 1000 * trial,
    cachedTokens: 500 * trial,
    outputTokens: 10 * trial,
    costUsd: trial / 64,
    startedAt,
    finishedAt: startedAt,
    durationMs: 1000 * (trial + job),
    source: 'terminal-bench-2',
    difficulty: ['easy', 'medium', 'hard'][trial % 3] ?? null,
    category: `category-${trial % 12}`,
    steps: trial % 50,
    reason,
    assisted: false,
    costIsEstimate: false,
  }
}

/** A third of the events are steps, the rest is output. */
function bodyOf(seq: number): TrialEventBody {
  const turn = Math.ceil(seq / 6)
  if (seq % 6 === 1)
    return { type: 'message.received', turn, source: 'agent', text: `turn ${turn} `.repeat(20), reasoning: null }
  if (seq % 6 === 3)
    return { type: 'tool.called', turn, callId: `c${turn}`, name: 'bash', arguments: { command: 'ls -la' } }
  if (seq % 6 === 4)
    return {
      type: 'tool.returned',
      callId: `c${turn}`,
      content: 'x'.repeat(200),
      isError: false,
      truncated: false,
      durationMs: 5,
    }
  return { type: 'output.written', phase: 'agent-execution', from: (seq - 1) * 3000, to: seq * 3000 }
}

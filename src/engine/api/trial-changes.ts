import type { ListedTrial, TrialChange } from '../../contract/api/trials.ts'
import type { TrialRow } from '../../core/job/ports.ts'
import { createBell } from './listeners.ts'
import type { LiveTrials } from './live-trials.ts'
import type { JobSignal, OwnJobs } from './own-jobs.ts'
import { createRecentTrials, type RecentTrials, type RecentTrialsDeps } from './recent-trials.ts'

export interface TrialChangesDeps extends RecentTrialsDeps {
  readonly own: OwnJobs
  readonly live: LiveTrials
  readonly watchForeign: (onLook: () => void) => () => void
}

/** Changes of one trial within this time come as one. */
const COALESCE_MS = 250
const BY_NAME = { column: 'trialName', descending: false } as const
const MOST = 5000

interface Key {
  readonly jobName: string
  readonly trialName: string
}

/** The running trials of one job, or of all, and what becomes of them. */
export async function* followTrials(
  deps: TrialChangesDeps,
  jobName: string | null,
  signal: AbortSignal,
): AsyncGenerator<TrialChange> {
  const bell = createBell(signal)
  const dirty = new Map<string, Key>()
  let looked = false
  const stops = [
    deps.own.signals.add((told) => {
      const key = trialOf(told)
      if (key === null || (jobName !== null && key.jobName !== jobName)) return
      dirty.set(`${key.jobName}/${key.trialName}`, key)
      bell.ring()
    }),
    deps.watchForeign(() => {
      looked = true
      bell.ring()
    }),
  ]
  try {
    const recent = createRecentTrials(deps, jobName)
    await recent.look()
    const first = await runningTrials(deps, jobName)
    const told: Told = { running: new Map(first.map((trial) => [keyOf(trial), JSON.stringify(trial)])), recent }
    yield { kind: 'running', trials: first }
    while (!signal.aborted) {
      await bell.wait(null)
      if (signal.aborted) return
      // Taken before anything is waited for: what is heard meanwhile is for the next turn.
      const changed = new Map(dirty)
      dirty.clear()
      const isLook = looked
      looked = false
      if (isLook) for (const trial of await lookForeign(deps, jobName, told)) changed.set(keyOf(trial), trial)
      yield* differences(deps, changed, told)
      const pause = createBell(signal)
      await pause.wait(COALESCE_MS)
      pause.close()
    }
  } finally {
    for (const stop of stops) stop()
    bell.close()
  }
}

/** What was said last. */
interface Told {
  /** Trials that run, as text. */
  readonly running: Map<string, string>
  readonly recent: RecentTrials
}

/** Those that may differ: what runs now by the files, what was said to run, and what may have begun and ended since. */
async function lookForeign(deps: TrialChangesDeps, jobName: string | null, told: Told): Promise<readonly Key[]> {
  const running = await runningTrials(deps, jobName)
  const before = [...told.running.keys()].map((key): Key => {
    const at = key.indexOf('/')
    return { jobName: key.slice(0, at), trialName: key.slice(at + 1) }
  })
  return [...before, ...running, ...(await told.recent.look())]
}

async function* differences(
  deps: TrialChangesDeps,
  changed: ReadonlyMap<string, Key>,
  { running, recent }: Told,
): AsyncGenerator<TrialChange> {
  if (changed.size === 0) return
  const rows = new Map((await readRows(deps, [...changed.values()])).map((row) => [keyOf(row), row]))
  for (const [key, { jobName, trialName }] of changed) {
    const row = rows.get(key)
    if (row === undefined) {
      if (running.delete(key)) yield { kind: 'removed', jobName, trialName }
      continue
    }
    const trial = await toListed(deps.live, row)
    const text = JSON.stringify(trial)
    recent.told(row)
    if (running.get(key) === text) continue
    if (trial.state === 'running') running.set(key, text)
    else running.delete(key)
    yield { kind: 'changed', trial }
  }
}

async function readRows({ index }: TrialChangesDeps, keys: readonly Key[]): Promise<readonly TrialRow[]> {
  const filter = {
    jobNames: [...new Set(keys.map(({ jobName }) => jobName))],
    trialNames: [...new Set(keys.map(({ trialName }) => trialName))],
  }
  return (await index.queryTrials({ filter, sort: BY_NAME, offset: 0, limit: MOST })).trials
}

async function runningTrials(deps: TrialChangesDeps, jobName: string | null): Promise<ListedTrial[]> {
  const filter = { ...(jobName === null ? {} : { jobNames: [jobName] }), states: ['running' as const] }
  const { trials } = await deps.index.queryTrials({ filter, sort: BY_NAME, offset: 0, limit: MOST })
  return Promise.all(trials.map(async (row) => toListed(deps.live, row)))
}

export async function toListed(live: LiveTrials, row: TrialRow): Promise<ListedTrial> {
  const [now, isAssisted] = await Promise.all([live.of(row), live.isAssisted(row)])
  return { ...row, live: now, assisted: row.assisted || isAssisted }
}

function keyOf({ jobName, trialName }: Key): string {
  return `${jobName}/${trialName}`
}

function trialOf(told: JobSignal): Key | null {
  if (told.kind === 'end') return null
  if (told.kind !== 'job') return told
  return 'trialName' in told.event ? { jobName: told.jobName, trialName: told.event.trialName } : null
}

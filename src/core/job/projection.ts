import type { StoredEvent } from '../../contract/events.ts'
import type { TestSummary, TrialRecord } from '../../contract/trial.ts'
import {
  fromHarborConfig,
  fromHarborJob,
  fromHarborResult,
  type HarborConfig,
  type HarborJobResult,
  type HarborTrialResult,
} from './harbor-rows.ts'
import { tookMs } from './phases.ts'
import type { JobRow, TrialRow } from './ports.ts'
import { reasonOf } from './reason.ts'

/** What stands in a trial's directory; null: missing, or not what it should be. */
export interface TrialDocuments {
  /** `tbcc.json` */
  readonly record: TrialRecord | null
  /** `result.json`: with it a trial is finished. */
  readonly result: HarborTrialResult | null
  readonly config: HarborConfig | null
  /** Of `verifier/ctrf.json`; asked for only where the record is missing. */
  readonly tests: TestSummary | null
  /** Agent steps of `agent/trajectory.json`; asked for only where the record is missing. */
  readonly steps: number | null
}

/** What stands in a job's directory beside its trials. */
export interface JobDocuments {
  readonly result: HarborJobResult | null
  readonly config: HarborConfig | null
}

/**
 * The rows of one job as a function of its files: the events of its stream in order, and the documents of its trials.
 * The engine that writes them and a rebuild of the index use this one function, so that both give the same rows.
 */
export interface JobProjection {
  apply(event: StoredEvent): RowChanges
  setTrial(trialName: string, documents: TrialDocuments | null): RowChanges
  job(documents: JobDocuments): JobRow
  trial(trialName: string): TrialRow | null
  trialNames(): readonly string[]
}

/** Which rows may differ now. */
export interface RowChanges {
  readonly job: boolean
  readonly trials: readonly string[]
}

const NO_LABELS = { source: null, difficulty: null, category: null }

interface PlannedTrial {
  readonly trialId: string
  readonly taskName: string
  readonly agent: string
  readonly model: string | null
  readonly attempt: number
  readonly labels: Pick<TrialRow, 'source' | 'difficulty' | 'category'>
  readonly runningSince: string | null
}

/** What the documents of one trial came to; they themselves, with every test's trace, are not held. */
interface TrialRows {
  readonly finished: TrialRow | null
  readonly unplanned: TrialRow
}

type JobFacts = Pick<JobRow, 'jobId' | 'startedAt' | 'finishedAt' | 'totalTrials' | 'state' | 'backend' | 'pausedMs'>

export function createJobProjection(jobName: string): JobProjection {
  const planned = new Map<string, PlannedTrial>()
  const found = new Map<string, TrialRows>()
  let facts: JobFacts | null = null
  let lastAt: string | null = null

  function setRunning(trialName: string, runningSince: string | null): RowChanges {
    const trial = planned.get(trialName)
    if (trial !== undefined) planned.set(trialName, { ...trial, runningSince })
    return { job: false, trials: [trialName] }
  }

  return {
    apply(event) {
      const before = lastAt
      lastAt = event.at
      switch (event.type) {
        case 'job.started':
          facts = startJob(facts, event, before)
          // What ran when an earlier run was killed runs no more.
          for (const trialName of planned.keys()) setRunning(trialName, null)
          return { job: true, trials: [...planned.keys()] }
        case 'job.finished':
          if (facts !== null) facts = { ...facts, state: event.state, finishedAt: event.at }
          return { job: true, trials: [] }
        case 'trial.planned': {
          const { trialId, taskName, agent, model, attempt, labels = NO_LABELS } = event
          planned.set(event.trialName, { trialId, taskName, agent, model, attempt, labels, runningSince: null })
          return { job: true, trials: [event.trialName] }
        }
        case 'trial.admitted':
          return setRunning(event.trialName, event.at)
        case 'trial.retry-scheduled':
        case 'trial.replaced':
        case 'trial.ended':
          return setRunning(event.trialName, null)
        case 'trial.deleted':
          planned.delete(event.trialName)
          found.delete(event.trialName)
          return { job: true, trials: [event.trialName] }
        // The rest moves no row.
        default:
          return { job: false, trials: [] }
      }
    },
    setTrial(trialName, documents) {
      if (documents === null) found.delete(trialName)
      else found.set(trialName, toRows(jobName, trialName, documents))
      return { job: facts === null, trials: [trialName] }
    },
    job(files) {
      if (facts === null)
        return fromHarborJob(
          jobName,
          files,
          [...found.values()].map((rows) => rows.finished ?? rows.unplanned),
        )
      return { jobName, ...facts, agents: [...new Set([...planned.values()].map(({ agent }) => agent))] }
    },
    trial(trialName) {
      const rows = found.get(trialName)
      const plan = planned.get(trialName)
      if (rows !== undefined && rows.finished !== null) {
        // One that never got an image says no backend, and counts for the one that its job ran on all the same.
        return { ...rows.finished, backend: rows.finished.backend ?? facts?.backend ?? null }
      }
      return plan === undefined ? (rows?.unplanned ?? null) : fromPlan(jobName, trialName, plan, facts)
    },
    trialNames: () => [...new Set([...planned.keys(), ...found.keys()])],
  }
}

function startJob(
  before: JobFacts | null,
  event: Extract<StoredEvent, { type: 'job.started' }>,
  lastAt: string | null,
): JobFacts {
  const pauseMs = lastAt === null ? 0 : Date.parse(event.at) - Date.parse(lastAt)
  return {
    jobId: event.jobId,
    startedAt: before?.startedAt ?? event.at,
    finishedAt: null,
    totalTrials: event.totalTrials,
    state: 'running',
    backend: event.backend,
    pausedMs: (before?.pausedMs ?? 0) + (before === null || !(pauseMs > 0) ? 0 : pauseMs),
  }
}

/** A result makes a trial finished; what our own record says goes before what Harbor's files can tell. */
function toRows(
  jobName: string,
  trialName: string,
  { record, result, config, tests, steps }: TrialDocuments,
): TrialRows {
  const unplanned = fromHarborConfig(jobName, trialName, config)
  if (result === null) return { finished: null, unplanned }
  const finished =
    record === null
      ? fromHarborResult(jobName, trialName, result, { tests, steps })
      : fromRecord(jobName, trialName, record)
  return { finished, unplanned }
}

function fromRecord(jobName: string, trialName: string, record: TrialRecord): TrialRow {
  const { trialId, taskName, agent, model, attempt, outcome, blame, reward, usage, startedAt, finishedAt } = record
  return {
    jobName,
    trialName,
    trialId,
    taskName,
    agent,
    model,
    attempt,
    backend: record.environment?.backend ?? null,
    state: 'finished',
    outcome,
    blame,
    reward,
    testsPassed: record.tests?.passed ?? null,
    testsTotal: record.tests?.total ?? null,
    exceptionType: record.exception?.type ?? null,
    ...usage,
    costIsEstimate: usage.costIsEstimate ?? false,
    startedAt,
    finishedAt,
    durationMs: tookMs(record.phases),
    source: record.task?.source ?? null,
    difficulty: record.task?.difficulty ?? null,
    category: record.task?.category ?? null,
    steps: record.steps ?? null,
    reason: reasonOf(record),
    assisted: record.assisted ?? false,
  }
}

function fromPlan(jobName: string, trialName: string, planned: PlannedTrial, job: JobFacts | null): TrialRow {
  const { runningSince, labels, ...identity } = planned
  return {
    ...fromHarborConfig(jobName, trialName, null),
    ...identity,
    ...labels,
    backend: job?.backend ?? null,
    state: runningSince === null ? 'queued' : 'running',
    startedAt: runningSince,
  }
}

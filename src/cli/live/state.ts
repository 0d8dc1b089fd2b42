import type { JobEventBody, TrialEventBody } from '../../contract/events.ts'
import type { Blame, Outcome, Phase } from '../../contract/outcome.ts'
import { plainLine } from '../text/plain.ts'

/** What the live view shows of a job, built from its events alone. Times are this process's clock, in milliseconds. */
export interface LiveState {
  readonly jobName: string
  readonly backend: string
  readonly concurrency: number
  /** All trials of the job. */
  readonly total: number
  /** Trials that had ended before this run of the job. */
  readonly earlier: number
  /** How those ended. */
  readonly earlierOutcomes: readonly (Outcome | null)[]
  readonly planned: ReadonlyMap<string, PlannedTrial>
  /** In the order in which they were admitted. */
  readonly running: ReadonlyMap<string, LiveTrial>
  readonly ended: ReadonlyMap<string, EndedTrial>
  readonly stopping: 'no' | 'cancelled' | 'forced'
}

export interface PlannedTrial {
  readonly taskName: string
  readonly agent: string
  readonly model: string | null
  readonly attempt: number
}

export interface LiveTrial {
  readonly admittedAtMs: number
  readonly phase: Phase
  /** What a pull or build says, while it lasts. */
  readonly progress: string | null
  readonly tests: { readonly passed: number; readonly total: number } | null
  readonly evidence: readonly string[]
  /** What the exception said. */
  readonly error: string | null
}

export interface EndedTrial {
  readonly outcome: Outcome | null
  readonly blame: Blame | null
  readonly reward: number | null
  readonly exceptionType: string | null
  readonly tests: { readonly passed: number; readonly total: number } | null
  readonly evidence: readonly string[]
  readonly error: string | null
  /** From admission to the end, without the time in the queue. */
  readonly durationMs: number
  /** What the clock of this process measured, for the estimate. */
  readonly elapsedMs: number
}

export const INITIAL_STATE: LiveState = {
  jobName: '',
  backend: '',
  concurrency: 1,
  total: 0,
  earlier: 0,
  earlierOutcomes: [],
  planned: new Map(),
  running: new Map(),
  ended: new Map(),
  stopping: 'no',
}

export function applyJobEvent(state: LiveState, event: JobEventBody, nowMs: number): LiveState {
  switch (event.type) {
    case 'job.started':
      return {
        ...state,
        jobName: event.jobName,
        backend: `${event.backend} ${event.backendVersion}`.trim(),
        concurrency: event.concurrency,
        total: event.totalTrials,
        earlier: event.finishedTrials,
      }
    case 'trial.planned':
      return { ...state, planned: withEntry(state.planned, event.trialName, toPlanned(event)) }
    case 'trial.admitted':
      return {
        ...state,
        running: withEntry(state.running, event.trialName, runningTrial(state, event.trialName, nowMs)),
      }
    case 'trial.ended':
      return endTrial(state, event, nowMs)
    case 'trial.retry-scheduled':
      return { ...state, ended: withoutEntry(state.ended, event.trialName) }
    case 'job.stopping':
      return { ...state, stopping: event.force ? 'forced' : 'cancelled' }
    case 'trial.replaced':
    case 'trial.deleted':
    case 'job.finished':
    case 'warning.raised':
      return state
    default:
      return event satisfies never
  }
}

/** Events that the view does not show leave the state as it is, so that nothing is drawn anew. */
export function applyTrialEvent(state: LiveState, trialName: string, event: TrialEventBody, nowMs: number): LiveState {
  const changes = changesOf(event)
  if (changes === null) return state
  const trial = { ...runningTrial(state, trialName, nowMs), ...changes }
  return { ...state, running: withEntry(state.running, trialName, trial) }
}

/** Null for all that is in the trial's own stream and not in one line of a view. */
function changesOf(event: TrialEventBody): Partial<LiveTrial> | null {
  if (event.type === 'phase.started') return { phase: event.phase, progress: null }
  if (event.type === 'image.progressed') return { progress: plainLine(event.text) }
  if (event.type === 'image.ready') return { progress: null }
  if (event.type === 'error.raised') return { error: event.message }
  if (event.type === 'verdict.reached') return { tests: event.tests }
  return event.type === 'trial.finished' ? { evidence: event.evidence } : null
}

function toPlanned({ taskName, agent, model, attempt }: PlannedTrial): PlannedTrial {
  return { taskName, agent, model, attempt }
}

/**
 * A trial may tell of itself before its job tells that it was admitted: the two are written, and heard, each at its own pace. All
 * that it tells of a run is heard before its job tells of that run's end, so that a retry starts anew.
 */
function runningTrial({ running }: LiveState, trialName: string, nowMs: number): LiveTrial {
  const begun = {
    admittedAtMs: nowMs,
    phase: 'queued',
    progress: null,
    tests: null,
    evidence: [],
    error: null,
  } as const
  return running.get(trialName) ?? begun
}

function endTrial(state: LiveState, event: Extract<JobEventBody, { type: 'trial.ended' }>, nowMs: number): LiveState {
  const { trialName, outcome, blame, reward, exceptionType, durationMs } = event
  const trial = runningTrial(state, trialName, nowMs)
  const { tests, evidence, error } = trial
  const ended = {
    outcome,
    blame,
    reward,
    exceptionType,
    tests,
    evidence,
    error,
    durationMs,
    elapsedMs: nowMs - trial.admittedAtMs,
  }
  return { ...state, running: withoutEntry(state.running, trialName), ended: withEntry(state.ended, trialName, ended) }
}

function withEntry<Value>(map: ReadonlyMap<string, Value>, key: string, value: Value): ReadonlyMap<string, Value> {
  return new Map(map).set(key, value)
}

function withoutEntry<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  const copy = new Map(map)
  copy.delete(key)
  return copy
}

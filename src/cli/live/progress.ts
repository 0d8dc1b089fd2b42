import type { EndedTrial, LiveState } from './state.ts'

/** The numbers of the bar. `passed + failed + errors + unjudged + remaining` are all trials, those of earlier runs included. */
export interface Progress {
  readonly passed: number
  /** Judged, and not resolved: failures and timeouts. */
  readonly failed: number
  /** Ended for another reason: infrastructure, the task, the user. */
  readonly errors: number
  /** Ended as asked without a verdict. */
  readonly unjudged: number
  readonly remaining: number
  readonly done: number
  readonly total: number
  /** Null while there is nothing to go by. */
  readonly leftMs: number | null
}

export function measureProgress(state: LiveState, nowMs: number): Progress {
  const endings = [...state.earlierOutcomes, ...[...state.ended.values()].map(({ outcome }) => outcome)]
  const count = (...outcomes: readonly EndedTrial['outcome'][]): number =>
    endings.filter((outcome) => outcomes.includes(outcome)).length
  const done = state.ended.size + state.earlier
  const total = Math.max(state.total, done + state.running.size)
  return {
    passed: count('success'),
    failed: count('failure', 'timeout'),
    errors: count('error', 'aborted'),
    unjudged: count(null),
    remaining: total - done,
    done,
    total,
    leftMs: state.stopping === 'no' ? estimateLeftMs(state, total - done - state.running.size, nowMs) : null,
  }
}

/**
 * Time until the last trial ends, if those to come take as long as those that ended: whole rounds of what is queued,
 * after what is left of the running ones.
 */
function estimateLeftMs(state: LiveState, queued: number, nowMs: number): number | null {
  const ended = [...state.ended.values()]
  if (ended.length === 0) return null
  const meanMs = ended.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0) / ended.length
  const runningMs = [...state.running.values()].map(({ admittedAtMs }) => Math.max(0, meanMs - (nowMs - admittedAtMs)))
  const work = runningMs.reduce((sum, ms) => sum + ms, 0) + queued * meanMs
  const lanes = Math.max(1, Math.min(state.concurrency, state.running.size + queued))
  return Math.max(work / lanes, ...runningMs)
}

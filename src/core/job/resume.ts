import type { StoredEvent } from '../../contract/events.ts'
import type { PlannedTrial } from '../../contract/job-record.ts'

/** A trial directory as a resume finds it. */
export interface FoundTrial {
  readonly trialName: string
  /** False: the trial did not end, or its result.json cannot be read. */
  readonly hasResult: boolean
  readonly exceptionType: string | null
  /** Our own record says that it was stopped. Its exception may be an earlier one, which Harbor's result keeps. */
  readonly wasStopped: boolean
  /** Its run was cut off before it could run the trial again, as the job's rules ask for. */
  readonly isRetryOwed: boolean
}

export interface ResumePlan {
  /** Results that stand. */
  readonly finished: readonly string[]
  /** Trials to run, in the job's order. */
  readonly pending: readonly PlannedTrial[]
  /** Those of them whose directory is kept as an archive first. */
  readonly replace: ReadonlyMap<string, 'resume' | 'force'>
}

const STOPPED = 'CancelledError'

/** What Harbor runs again by default. */
const DEFAULT_RETRIED: readonly string[] = [STOPPED]

/**
 * What is left of a job: trials without a result, and those that ended in one of `exceptions` (null: CancelledError).
 * `exceptions` that the caller names replace the default, as in Harbor. A trial that was stopped counts as cancelled;
 * one whose retry is owed did not end for good.
 */
export function planResume(
  planned: readonly PlannedTrial[],
  found: readonly FoundTrial[],
  exceptions: readonly string[] | null,
): ResumePlan {
  const byName = new Map(found.map((trial) => [trial.trialName, trial]))
  const retried = exceptions ?? DEFAULT_RETRIED
  const replace = new Map<string, 'resume' | 'force'>()
  const finished: string[] = []
  const pending = planned.filter(({ trialName }) => {
    const directory = byName.get(trialName)
    if (directory === undefined) return true
    const force = directory.hasResult && endsOf(directory).some((type) => retried.includes(type))
    if (directory.hasResult && !force && !directory.isRetryOwed) {
      finished.push(trialName)
      return false
    }
    replace.set(trialName, force ? 'force' : 'resume')
    return true
  })
  return { finished, pending, replace }
}

function endsOf({ exceptionType, wasStopped }: FoundTrial): readonly string[] {
  return [...(exceptionType === null ? [] : [exceptionType]), ...(wasStopped ? [STOPPED] : [])]
}

/**
 * Of a job whose last run was cut off, from the events of its stream: the trials that it had admitted, and how often it
 * had retried each. Empty where that run came to its end: what it left without a retry has none to come.
 */
export function retriesOfCutRun(events: Iterable<StoredEvent>): ReadonlyMap<string, number> {
  const retries = new Map<string, number>()
  for (const event of events) {
    if (event.type === 'job.started' || event.type === 'job.finished') retries.clear()
    if (event.type === 'trial.admitted') retries.set(event.trialName, retries.get(event.trialName) ?? 0)
    if (event.type === 'trial.replaced' && event.reason === 'retry')
      retries.set(event.trialName, (retries.get(event.trialName) ?? 0) + 1)
  }
  return retries
}

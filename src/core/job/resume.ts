import type { PlannedTrial } from '../../contract/job-record.ts'

/** A trial directory as a resume finds it. */
export interface FoundTrial {
  readonly trialName: string
  /** False: the trial did not end, or its result.json cannot be read. */
  readonly hasResult: boolean
  readonly exceptionType: string | null
  /** Our own record says that it was stopped. Its exception may be an earlier one, which Harbor's result keeps. */
  readonly wasStopped: boolean
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
 * `exceptions` that the caller names replace the default, as in Harbor. A trial that was stopped counts as cancelled.
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
    if (directory.hasResult && !force) {
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

import type { TrialRef } from '../../contract/api/common.ts'
import type { Clock, RunReader, TrialRow } from '../../core/job/ports.ts'

/** Trials that began not long ago: one that another process runs may begin and end between two looks at what runs. */
export interface RecentTrials {
  /** Those that are not as they were at the last look, or as they were told since. */
  look(): Promise<readonly TrialRef[]>
  told(row: TrialRow): void
}

export interface RecentTrialsDeps {
  readonly index: Pick<RunReader, 'queryTrials'>
  readonly clock: Pick<Clock, 'timestamp'>
}

/** That a trial began is in the index at most so long after it did. */
const LATE_MS = 60_000
const BY_START = { column: 'startedAt', descending: true } as const
const MOST = 5000

/** Of one job, or of all. */
export function createRecentTrials({ index, clock }: RecentTrialsDeps, jobName: string | null): RecentTrials {
  const lately = (): string => new Date(Date.parse(clock.timestamp()) - LATE_MS).toISOString()
  let since = lately()
  let seen = new Map<string, string>()
  return {
    async look() {
      const filter = { ...(jobName === null ? {} : { jobNames: [jobName] }), since }
      since = lately()
      const { trials } = await index.queryTrials({ filter, sort: BY_START, offset: 0, limit: MOST })
      const before = seen
      seen = new Map(trials.map((row) => [keyOf(row), JSON.stringify(row)]))
      return trials.filter((row) => before.get(keyOf(row)) !== seen.get(keyOf(row)))
    },
    told: (row) => void seen.set(keyOf(row), JSON.stringify(row)),
  }
}

function keyOf({ jobName, trialName }: TrialRef): string {
  return `${jobName}/${trialName}`
}

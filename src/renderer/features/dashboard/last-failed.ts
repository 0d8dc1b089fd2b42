import type { JobSummary } from '../../../contract/api/jobs.ts'
import { newestFirst } from '../../stores/newest-first.ts'

/** The job that started last of those with failures to run again. */
export function lastFailed(jobs: ReadonlyMap<string, JobSummary>): JobSummary | undefined {
  return newestFirst(jobs).find(({ counts }) => counts.failure + counts.timeout + counts.error > 0)
}

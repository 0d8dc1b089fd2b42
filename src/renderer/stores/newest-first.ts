import type { JobSummary } from '../../contract/api/jobs.ts'

/** Jobs in the order that they started in, the last one first. The live ones come in the order that they were told of. */
export function newestFirst(jobs: ReadonlyMap<string, JobSummary>): readonly JobSummary[] {
  return [...jobs.values()].sort((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''))
}

import type { JobColumn, JobSort, JobSummary } from '../../contract/api/jobs.ts'

/** By one column; equal ones stay in their order, and what is not measured is last, either way. */
export function sortJobs(jobs: readonly JobSummary[], { column, descending }: JobSort): readonly JobSummary[] {
  const valued = jobs.map((job) => ({ job, value: valueOf(job, column) }))
  const sign = descending ? -1 : 1
  return valued
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
      return sign * compare(a.value, b.value)
    })
    .map(({ job }) => job)
}

/** What runs comes before what is left to be gone on with. */
const STATES: readonly JobSummary['state'][] = ['running', 'interrupted', 'cancelled', 'completed']

function valueOf(job: JobSummary, column: JobColumn): string | number | null {
  if (column === 'state') return STATES.indexOf(job.state)
  if (column === 'agents') return [...job.agents, ...job.models].join(', ')
  if (column === 'rate') return job.rate.total === 0 ? null : job.rate.resolved / job.rate.total
  return job[column]
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return NAMES.compare(String(a), String(b))
}

const NAMES = new Intl.Collator('en', { numeric: true })

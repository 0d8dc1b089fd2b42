import { useCallback, useEffect, useState } from 'react'
import type { JobSort, JobSummary } from '../../../../contract/api/jobs.ts'
import { call } from '../../../client/client.ts'
import { useCall } from '../../../client/queries.ts'
import type { PagedLists } from '../../../components/paged-lists.ts'
import { usePagedLists } from '../../../components/use-paged-lists.ts'
import { useJobs } from '../../../stores/live.ts'
import { isNewestFirst } from './job-sort.ts'

interface JobList {
  readonly count: number | null
  readonly error: unknown
  /** With what is known of it now. */
  readonly row: (index: number) => JobSummary | undefined
  readonly loaded: () => readonly JobSummary[]
  readonly onVisible: (from: number, to: number) => void
  /** Jobs that came meanwhile. */
  readonly fresh: number
  readonly reload: () => void
  /** While this is true, rows stay where they are. */
  readonly hold: (held: boolean) => void
}

const KEY = 'jobs'

/** Jobs in an order. New ones are put in at once unless the pointer is on the list. */
export function useJobList(text: string, sort: JobSort): JobList {
  const live = useJobs()
  const byAge = isNewestFirst(sort)
  const filter = { ...(text === '' ? {} : { text }), ...(byAge ? {} : { sort }) }
  const lists = usePagedLists<JobSummary>(async (_key, offset, limit, signal) => {
    const { total, jobs } = await call('jobs.list', { ...filter, offset, limit }, { signal })
    return { total, rows: jobs }
  }, JSON.stringify(filter))
  const [held, hold] = useState(false)
  const now = useCall('jobs.list', { ...filter, limit: 1 })
  const { total: count, error } = lists.list(KEY)
  const newest = now.data?.jobs[0]?.jobName
  const difference = count === null || now.data === undefined || now.isPlaceholderData ? 0 : now.data.total - count
  // In another order what runs may change its place at any moment; rows stay where they are then.
  const isChanged = difference !== 0 || (byAge && newest !== undefined && count !== null && isOther(lists, newest))
  useEffect(() => {
    if (isChanged && (!held || difference < 0)) lists.reload()
  }, [lists, isChanged, held, difference])
  return {
    count,
    error,
    row(index) {
      const row = lists.row(KEY, index)
      return row === undefined ? undefined : (live.get(row.jobName) ?? row)
    },
    loaded: () => lists.loaded(KEY),
    onVisible: useCallback((from, to) => lists.show(KEY, from, to), [lists]),
    fresh: Math.max(0, difference),
    reload: () => lists.reload(),
    hold,
  }
}

function isOther(lists: PagedLists<JobSummary>, newest: string): boolean {
  const first = lists.row(KEY, 0)
  return first !== undefined && first.jobName !== newest
}

import { useCallback, useEffect, useState } from 'react'
import type { JobSummary } from '../../../../contract/api/jobs.ts'
import { call } from '../../../client/client.ts'
import { useCall } from '../../../client/queries.ts'
import type { PagedLists } from '../../../components/paged-lists.ts'
import { usePagedLists } from '../../../components/use-paged-lists.ts'
import { useJobs } from '../../../stores/live.ts'

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

/** Jobs, the newest first. New ones are put in at once unless the pointer is on the list. */
export function useJobList(text: string): JobList {
  const live = useJobs()
  const filter = text === '' ? {} : { text }
  const lists = usePagedLists<JobSummary>(async (_key, offset, limit, signal) => {
    const { total, jobs } = await call('jobs.list', { ...filter, offset, limit }, { signal })
    return { total, rows: jobs }
  }, text)
  const [held, hold] = useState(false)
  const now = useCall('jobs.list', { ...filter, limit: 1 })
  const { total: count, error } = lists.list(KEY)
  const newest = now.data?.jobs[0]?.jobName
  const difference = count === null || now.data === undefined || now.isPlaceholderData ? 0 : now.data.total - count
  const isChanged = difference !== 0 || (newest !== undefined && count !== null && isOther(lists, newest))
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

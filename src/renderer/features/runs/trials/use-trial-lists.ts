import { useCallback, useEffect, useState } from 'react'
import type { TrialFilter } from '../../../../contract/api/common.ts'
import type { ListedTrial, TrialChange } from '../../../../contract/api/trials.ts'
import type { TableSort } from '../../../components/data-table.tsx'
import type { PagedLists } from '../../../components/paged-lists.ts'
import { usePagedLists } from '../../../components/use-paged-lists.ts'
import { call } from '../../../client/client.ts'
import { useCall, useFollow } from '../../../client/queries.ts'
import { trialKey } from '../../../stores/live.ts'
import { toTrialSort } from './trial-sort.ts'
import type { GroupBy } from './list-rows.ts'

/** The list of all trials, where they are not grouped. */
export const ALL = ''

export interface TrialLists {
  readonly lists: PagedLists<ListedTrial>
  /** The newest that is known of a row: it changes where it stands. */
  readonly latest: (trial: ListedTrial) => ListedTrial
  /** How many there are now more than when the list was loaded. */
  readonly fresh: number
  /** Rows have changed since: in the order of the list they may stand elsewhere. */
  readonly isStale: boolean
  readonly reload: () => void
}

/** Trials in a fixed order, each of which stays up to date; one list, or one for each value of `by`. */
export function useTrialLists(filter: TrialFilter, sort: TableSort, by: GroupBy | null): TrialLists {
  const engineSort = toTrialSort(sort)
  const lists = usePagedLists<ListedTrial>(
    async (key, offset, limit, signal) => {
      const input = { filter: narrow(filter, by, key), sort: engineSort, offset, limit }
      const { total, trials } = await call('trials.query', input, { signal })
      return { total, rows: trials }
    },
    JSON.stringify([filter, engineSort, by]),
  )
  const [changed, setChanged] = useState<ReadonlyMap<string, ListedTrial>>(new Map())
  const reload = useCallback(() => {
    setChanged(new Map())
    lists.reload()
  }, [lists])
  const [only, ...others] = filter.jobNames ?? []
  const jobName = only !== undefined && others.length === 0 ? only : null
  const [begun, setBegun] = useState<string | null | undefined>(undefined)
  useFollow(
    'trials.changes',
    { jobName },
    {
      onItems(items) {
        if (items.some(({ kind }) => kind === 'running')) {
          // Followed anew: what happened in between was told to nobody.
          if (begun === jobName) lists.reload()
          setBegun(jobName)
        }
        setChanged((known) => applyChanges(known, items))
      },
    },
  )
  const now = useCall('trials.query', by === null ? { filter, sort: engineSort, limit: 1 } : null)
  const known = lists.list(ALL).total
  const fresh = known === null || now.data === undefined || now.isPlaceholderData ? 0 : now.data.total - known
  // Nobody points at a row of an empty list.
  const isFirst = known === 0 && fresh > 0
  useEffect(() => {
    // oxlint-disable-next-line react/set-state-in-effect -- the first rows come with an answer, not with an event
    if (isFirst) reload()
  }, [isFirst, reload])
  return {
    lists,
    latest: (trial) => newerOf(trial, changed.get(trialKey(trial))),
    fresh: isFirst ? 0 : fresh,
    isStale: changed.size > 0,
    reload,
  }
}

/** Trials of one group only. */
function narrow(filter: TrialFilter, by: GroupBy | null, value: string): TrialFilter {
  if (by === null) return filter
  return { ...filter, [`${by}s`]: [value] }
}

/** A row that was asked for after what was told of it may know more: the trial was run again. */
function newerOf(row: ListedTrial, told: ListedTrial | undefined): ListedTrial {
  if (told === undefined) return row
  const isNewer = row.finishedAt !== null && told.finishedAt !== null && row.finishedAt > told.finishedAt
  return isNewer ? row : told
}

/**
 * What running trials do is followed by their own cells. Kept here is what makes another row of them: that they began,
 * and how they ended.
 */
export function applyChanges(
  known: ReadonlyMap<string, ListedTrial>,
  changes: readonly TrialChange[],
): ReadonlyMap<string, ListedTrial> {
  let next: Map<string, ListedTrial> | null = null
  const set = (trial: ListedTrial): void => {
    const key = trialKey(trial)
    const before = (next ?? known).get(key)
    if (before?.state === 'running' && trial.state === 'running') return
    next ??= new Map(known)
    next.set(key, trial)
  }
  for (const change of changes) {
    if (change.kind === 'running') {
      // Followed anew: what has become of those that ran is in the rows that are asked for now.
      next = new Map([...(next ?? known)].filter(([, { state }]) => state === 'finished'))
      change.trials.forEach(set)
    } else if (change.kind === 'changed') set(change.trial)
  }
  return next ?? known
}

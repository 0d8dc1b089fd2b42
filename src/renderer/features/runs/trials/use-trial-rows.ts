import { useCallback, useState } from 'react'
import type { TrialFilter } from '../../../../contract/api/common.ts'
import type { ListedTrial } from '../../../../contract/api/trials.ts'
import type { TableSort } from '../../../components/data-table.tsx'
import {
  isSamePlace,
  layOutGroups,
  placeAt,
  visibleLists,
  type GroupBy,
  type GroupLayout,
  type ListRow,
} from './list-rows.ts'
import { useGroups } from './use-groups.ts'
import { ALL, useTrialLists } from './use-trial-lists.ts'

export interface TrialRows {
  /** Null: not answered yet. */
  readonly count: number | null
  readonly error: unknown
  readonly row: (index: number) => ListRow | undefined
  readonly loaded: () => readonly ListedTrial[]
  readonly onVisible: (from: number, to: number) => void
  readonly fresh: number
  /** Rows have changed since the list was loaded: in its order they may stand elsewhere. */
  readonly isStale: boolean
  readonly note: string | null
  /** Opens or closes a group. */
  readonly toggle: (value: string) => void
  readonly reload: () => void
}

/** The rows of a table of trials: one list, or groups that open. */
export function useTrialRows(filter: TrialFilter, sort: TableSort, by: GroupBy | null): TrialRows {
  const { lists, latest, fresh, isStale, reload } = useTrialLists(filter, sort, by)
  const { groups, note } = useGroups(by, filter)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const layout = layOutGroups(groups, open, (value) => lists.list(value).total)
  const shown = by === null ? [ALL] : [...open]
  const late = by === null ? fresh : groups.reduce((sum, { value, count }) => sum + lateOf(value, count), 0)

  function lateOf(value: string, count: number): number {
    const { total } = lists.list(value)
    return total === null || !open.has(value) ? 0 : count - total
  }

  function trialAt(list: string, index: number): ListRow | undefined {
    const trial = lists.row(list, index)
    return trial === undefined ? undefined : { kind: 'trial', trial: latest(trial) }
  }

  // The layout decides what is in view, so that a group that is opened is asked for without a scroll.
  const places = useKeptPlaces(layout)
  const onVisible = useCallback(
    (from: number, to: number): void => {
      if (by === null) lists.show(ALL, from, to)
      else for (const part of visibleLists(places, from, to)) lists.show(part.list, part.from, part.to)
    },
    [lists, by, places],
  )

  return {
    count: by === null ? lists.list(ALL).total : layout.count,
    error: shown.map((list) => lists.list(list).error).find((error) => error !== null) ?? null,
    row(index) {
      if (by === null) return trialAt(ALL, index)
      const place = placeAt(layout, open, index)
      return place?.kind === 'trial' ? trialAt(place.list, place.index) : (place ?? undefined)
    },
    loaded: () => shown.flatMap((list) => lists.loaded(list)).map(latest),
    onVisible,
    fresh: late,
    isStale,
    note,
    toggle: (value) =>
      setOpen((known) => {
        const next = new Set(known)
        if (next.delete(value)) lists.forget(value)
        else next.add(value)
        return next
      }),
    reload,
  }
}

/** The same layout for as long as every list stands where it stood: rates and counts change more often. */
function useKeptPlaces(layout: GroupLayout): GroupLayout {
  const [kept, setKept] = useState(layout)
  if (isSamePlace(kept, layout)) return kept
  setKept(layout)
  return layout
}

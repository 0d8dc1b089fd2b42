import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { TrialRef } from '../../../contract/api/common.ts'
import type { OutputOf } from '../../../contract/api/api.ts'
import type { StepKind, StepOutline } from '../../../contract/api/trials.ts'
import { call } from '../../client/client.ts'
import { PAGE } from './find-row.ts'

/** Which steps are listed. */
export interface StepChoice {
  readonly kinds: readonly StepKind[]
  readonly text: string
}

/** The steps of a trial as a list of any length; what is in view is loaded, what is far from it forgotten. */
export interface Outline {
  /** Steps in the list; null: not known yet. */
  readonly total: number | null
  readonly origin: 'trajectory' | 'events' | 'none'
  /** Why the trajectory is there and does not tell the steps. */
  readonly issue: string | null
  readonly firstError: number | null
  readonly error: unknown
  /** The step in a row; undefined: not loaded. */
  readonly at: (row: number) => StepOutline | undefined
  /** Told which rows are visible, in the list or among the whole steps. */
  readonly see: (where: 'list' | 'steps', from: number, to: number) => void
  readonly loadPage: (offset: number) => Promise<readonly StepOutline[]>
  readonly retry: () => void
}

type Page = OutputOf<'trials.outline'>
type Seen = Readonly<Partial<Record<'list' | 'steps', { readonly from: number; readonly to: number }>>>

/** `rows` are needed beside the visible ones; `isGrowing`: so is the last one. */
export function useOutline(ref: TrialRef, choice: StepChoice, rows: readonly number[], isGrowing: boolean): Outline {
  const queries = useQueryClient()
  const [seen, setSeen] = useState<Seen>({})
  const [known, setKnown] = useState<{ readonly choice: StepChoice; readonly total: number } | null>(null)
  const total = known?.choice === choice ? known.total : null
  const offsets = toOffsets([0, ...rows, ...(isGrowing ? [(total ?? 1) - 1] : [])], seen, total)
  const options = (offset: number) => ({
    queryKey: ['trials.outline', toInput(ref, choice, offset)] as const,
    queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<Page> =>
      call('trials.outline', toInput(ref, choice, offset), { signal }),
    // Of a very long trial only what was looked at just now is kept.
    gcTime: 20_000,
  })
  const answers = useQueries({ queries: offsets.map(options) })
  const pages = new Map(
    answers.flatMap(({ data }, index) => (data === undefined ? [] : [[offsets[index] ?? 0, data] as const])),
  )
  const newest = answers.toSorted((a, b) => b.dataUpdatedAt - a.dataUpdatedAt)[0]?.data
  if (newest !== undefined && newest.total !== total) setKnown({ choice, total: newest.total })
  const failed = answers.find(({ error }) => error !== null)
  return {
    total,
    origin: newest?.origin ?? 'none',
    issue: newest?.issue ?? null,
    firstError: newest?.firstError ?? null,
    error: failed?.error ?? null,
    at: (row) => pages.get(pageOf(row))?.steps[row - pageOf(row)],
    see: useCallback((where, from, to) => {
      setSeen((before) =>
        before[where]?.from === from && before[where]?.to === to ? before : { ...before, [where]: { from, to } },
      )
    }, []),
    loadPage: async (offset) => (await queries.fetchQuery(options(offset))).steps,
    retry: () => void failed?.refetch(),
  }
}

function toInput(ref: TrialRef, { kinds, text }: StepChoice, offset: number) {
  return {
    ...ref,
    ...(kinds.length === 0 ? {} : { kinds: [...kinds] }),
    ...(text === '' ? {} : { text }),
    offset,
    limit: PAGE,
  }
}

function pageOf(row: number): number {
  return Math.floor(Math.max(0, row) / PAGE) * PAGE
}

/** A page before and after what is in view is there before it is scrolled to. */
const AHEAD = PAGE

/** Offsets of the pages that hold these rows, and those in view; what is in view is asked for first. */
function toOffsets(rows: readonly number[], seen: Seen, total: number | null): readonly number[] {
  const views = Object.values(seen)
  const pages = [
    ...views.flatMap(({ from, to }) => pagesOf(from, to)),
    ...rows,
    ...views.flatMap(({ from, to }) => pagesOf(Math.max(0, from - AHEAD), to + AHEAD)),
  ]
  const isThere = (row: number): boolean => row === 0 || total === null || row < total
  return [...new Set(pages.filter(isThere).map(pageOf))]
}

function pagesOf(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.floor((to - pageOf(from)) / PAGE) + 1 }, (_, page) => pageOf(from) + page * PAGE)
}

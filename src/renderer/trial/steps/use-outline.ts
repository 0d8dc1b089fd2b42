import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useEffectEvent, useState } from 'react'
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

/** What the newest page says of the whole list, and when it came. */
interface Told {
  readonly choice: StepChoice
  readonly page: Page
  readonly at: number
}

/** `rows` are needed beside the visible ones; `isGrowing`: so is the last one. */
export function useOutline(ref: TrialRef, choice: StepChoice, rows: readonly number[], isGrowing: boolean): Outline {
  const queries = useQueryClient()
  const [seen, setSeen] = useState<Seen>({})
  const [told, setTold] = useState<Told | null>(null)
  const known = told?.choice === choice ? told : null
  const { total = null, origin = 'none', issue = null, firstError = null } = known?.page ?? {}
  const offsets = toOffsets([0, ...rows, ...(isGrowing ? [(total ?? 1) - 1] : [])], seen, total)
  const options = (offset: number) => ({
    queryKey: ['trials.outline', toInput(ref, choice, offset)] as const,
    queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<Page> =>
      call('trials.outline', toInput(ref, choice, offset), { signal }),
    // Of a very long trial only what was looked at just now is kept.
    gcTime: 20_000,
  })
  const answers = useQueries({ queries: offsets.map(options) })
  const newest = answers.toSorted((a, b) => b.dataUpdatedAt - a.dataUpdatedAt)[0]
  // Another total asks for other pages: what an older one says of the list must not count again for it.
  if (newest?.data !== undefined && newest.dataUpdatedAt > (known?.at ?? 0))
    setTold({ choice, page: newest.data, at: newest.dataUpdatedAt })
  const loaded = answers.flatMap(({ data }, index) =>
    data === undefined ? [] : [[offsets[index] ?? 0, data] as const],
  )
  const pages = new Map(loaded.filter(([, page]) => page.origin === origin))
  useAskedAgain(
    loaded.flatMap(([offset, page]) => (page.origin === origin ? [] : [offset])),
    (offset) => {
      queries.invalidateQueries({ queryKey: options(offset).queryKey, exact: true }).catch(() => undefined)
    },
  )
  const failed = answers.find(({ error }) => error !== null)
  return {
    total,
    origin,
    issue,
    firstError,
    error: failed?.error ?? null,
    at: (row) => pages.get(pageOf(row))?.steps[row - pageOf(row)],
    see: useCallback((where, from, to) => {
      setSeen((before) =>
        before[where]?.from === from && before[where]?.to === to ? before : { ...before, [where]: { from, to } },
      )
    }, []),
    async loadPage(offset) {
      const page = await queries.fetchQuery(options(offset))
      if (page.origin === origin) return page.steps
      return (await queries.fetchQuery({ ...options(offset), staleTime: 0 })).steps
    },
    retry: () => void failed?.refetch(),
  }
}

/** Once the trajectory tells the steps, a page that the events told belongs to another list. */
function useAskedAgain(offsets: readonly number[], ask: (offset: number) => void): void {
  const again = useEffectEvent(() => offsets.forEach(ask))
  const key = offsets.join()
  useEffect(() => {
    if (key !== '') again()
  }, [key])
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

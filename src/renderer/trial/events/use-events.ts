import { useInfiniteQuery, useQueries } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { TrialRef } from '../../../contract/api/common.ts'
import type { StoredEvent } from '../../../contract/events.ts'
import { call } from '../../client/client.ts'

const PAGE = 500

export interface EventList {
  /** Null: not known yet. */
  readonly count: number | null
  /** More of a filtered list follow; they are loaded as one comes to its end. */
  readonly hasMore: boolean
  readonly error: unknown
  readonly at: (row: number) => StoredEvent | undefined
  readonly see: (from: number, to: number) => void
  readonly retry: () => void
}

/**
 * All events of a trial: their numbers have no gaps, so that any place of the list can be asked for. `lastSeq`: the newest
 * number that is known from elsewhere.
 */
export function useAllEvents(ref: TrialRef, lastSeq: number | null, enabled: boolean): EventList {
  const [seen, setSeen] = useState({ from: 0, to: 0 })
  const first = pageOf(seen.from)
  const offsets = Array.from({ length: Math.floor((seen.to - first) / PAGE) + 1 }, (_, page) => first + page * PAGE)
  const answers = useQueries({
    queries: offsets.map((offset) => {
      const input = { ...ref, afterSeq: offset, limit: PAGE }
      return {
        queryKey: ['trials.events', input] as const,
        queryFn: async ({ signal }: { readonly signal: AbortSignal }) => call('trials.events', input, { signal }),
        gcTime: 20_000,
        enabled,
      }
    }),
  })
  const events = new Map(
    answers.flatMap(({ data }) => (data?.events ?? []).map((event) => [event.seq, event] as const)),
  )
  const counts = [lastSeq ?? 0, ...answers.map(({ data }) => data?.lastSeq ?? 0)]
  const [known, setKnown] = useState(0)
  const count = Math.max(known, ...counts)
  if (count > known) setKnown(count)
  const failed = answers.find(({ error }) => error !== null)
  return {
    count: count === 0 && answers.some(({ isPending }) => isPending) ? null : count,
    hasMore: false,
    error: failed?.error ?? null,
    at: (row) => events.get(row + 1),
    see: useCallback((from, to) => {
      setSeen((before) => (before.from === from && before.to === to ? before : { from, to }))
    }, []),
    retry: () => void failed?.refetch(),
  }
}

/** Events of some types, from the first on: more are loaded as one comes to the end. */
export function useEventsOfTypes(ref: TrialRef, types: readonly string[], enabled: boolean): EventList {
  const input = { ...ref, types: [...types], limit: PAGE }
  const query = useInfiniteQuery({
    // Beside those of `useCall`: its answers are kept in another form.
    queryKey: ['trials.events of types', input],
    queryFn: async ({ pageParam, signal }) => call('trials.events', { ...input, afterSeq: pageParam }, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ events }) => (events.length < PAGE ? null : events.at(-1)?.seq),
    gcTime: 20_000,
    enabled,
  })
  const events = query.data?.pages.flatMap((page) => page.events) ?? []
  const { hasNextPage, isFetching, fetchNextPage } = query
  return {
    count: query.data === undefined ? null : events.length,
    hasMore: hasNextPage,
    error: query.error,
    at: (row) => events[row],
    see: (_, to) => {
      // That it failed stands in `error`.
      if (to >= events.length - 20 && hasNextPage && !isFetching) fetchNextPage().catch(() => undefined)
    },
    retry: () => void query.refetch(),
  }
}

function pageOf(row: number): number {
  return Math.floor(Math.max(0, row) / PAGE) * PAGE
}

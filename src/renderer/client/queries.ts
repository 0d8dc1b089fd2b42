import {
  keepPreviousData,
  QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
  type Query,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import type { InputOf, ItemOf, OutputOf, ParamsOf, ProcedureName, TopicName } from '../../contract/api/api.ts'
import { call, follow, isDisconnected, onConnected } from './client.ts'

/** Answers stay until something says that they changed. What failed is asked again by the user; what was lost, by `askLostAgain`. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Infinity,
        gcTime: 5 * 60_000,
        retry: false,
        refetchOnWindowFocus: false,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
}

/** The answer to a question; null as input: not asked yet. While another input is asked, the last answer stays. */
export function useCall<Name extends ProcedureName>(
  name: Name,
  input: InputOf<Name> | null,
): UseQueryResult<OutputOf<Name>> {
  return useQuery({
    queryKey: [name, input],
    queryFn: async ({ signal }) => {
      if (input === null) throw new Error(`${name} was asked without an input`)
      return call(name, input, { signal })
    },
    enabled: input !== null,
    placeholderData: keepPreviousData,
  })
}

/** Does something and, when it is done, asks again what it may have changed: procedures, or whole areas (`jobs`). */
export function useAct<Name extends ProcedureName>(
  name: Name,
  changes: readonly string[] = [],
): UseMutationResult<OutputOf<Name>, unknown, InputOf<Name>> {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (input: InputOf<Name>) => call(name, input),
    onSettled: async () => invalidate(queries, changes),
  })
}

export async function invalidate(queries: QueryClient, names: readonly string[]): Promise<void> {
  await invalidateWhere(queries, ({ queryKey: [name] }) =>
    names.some((changed) => name === changed || String(name).startsWith(`${changed}.`)),
  )
}

/**
 * Asks again what matches and is shown, and what else matches when it is shown next. A first answer that is under way may be of
 * the time before: the cache would take it for new, so it is asked again when it has come. Resolves when all have come.
 */
export async function invalidateWhere(queries: QueryClient, matches: (query: Query) => boolean): Promise<void> {
  const begun = queries
    .getQueryCache()
    .findAll({ predicate: (query) => query.state.data === undefined && matches(query) })
    .map(async (query) => askAfterFirst(queries, query, matches))
  await Promise.all([queries.invalidateQueries({ predicate: matches }), ...begun])
}

async function askAfterFirst(queries: QueryClient, query: Query, matches: (query: Query) => boolean): Promise<void> {
  if (query.promise === undefined) return
  // Why there is none is told where it is shown.
  await query.promise.catch(() => undefined)
  // Another question that is under way by now began after this one.
  if (query.state.fetchStatus !== 'idle' || !matches(query)) return
  await queries.invalidateQueries({ queryKey: query.queryKey, exact: true })
}

/** Asks again, each time the engine answers again, what was lost with its connection. Returns how to stop. */
export function askLostAgain(queries: QueryClient): () => void {
  return onConnected(() => {
    // What fails once more says so where it is shown.
    invalidateWhere(queries, ({ state: { error } }) => isDisconnected(error)).catch(() => undefined)
  })
}

/** Follows a topic while the component is mounted; params null: not now. Items come in the order they happened. */
export function useFollow<Name extends TopicName>(
  name: Name,
  params: ParamsOf<Name> | null,
  listener: {
    readonly onItems: (items: readonly ItemOf<Name>[]) => void | Promise<void>
    readonly onEnd?: () => void
    readonly onError?: (error: unknown) => void
  },
): void {
  const onItems = useEffectEvent(async (items: readonly ItemOf<Name>[]) => listener.onItems(items))
  const onEnd = useEffectEvent(() => listener.onEnd?.())
  const onError = useEffectEvent((error: unknown) => listener.onError?.(error))
  const open = useEffectEvent(() =>
    params === null
      ? undefined
      : follow(name, params, {
          onItems: async (items) => onItems(items),
          onEnd: () => onEnd(),
          onError: (error) => onError(error),
        }),
  )
  // New objects that say the same go on with what is followed.
  const key = JSON.stringify(params)
  useEffect(() => open(), [name, key])
}

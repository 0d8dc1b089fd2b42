import {
  keepPreviousData,
  QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import type { InputOf, ItemOf, OutputOf, ParamsOf, ProcedureName, TopicName } from '../../contract/api/api.ts'
import { call, follow } from './client.ts'

/** Answers stay until something says that they changed; a question that failed is asked again by the user. */
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
  await queries.invalidateQueries({
    predicate: ({ queryKey: [name] }) =>
      names.some((changed) => name === changed || String(name).startsWith(`${changed}.`)),
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

import { useQueries } from '@tanstack/react-query'
import type { TaskSummary } from '../../../contract/api/tasks.ts'
import { call } from '../../client/client.ts'
import { useStatus } from '../../stores/live.ts'

const BATCH = 200

/** Which tasks the backend of new jobs cannot run, by their folders, each with why. What is not known yet is not among them. */
export function useRefusals(tasks: readonly TaskSummary[]): ReadonlyMap<string, string> {
  const backend = useStatus()?.backend?.name ?? null
  const all = tasks.map(({ directory }) => directory)
  const batches = Array.from({ length: Math.ceil(all.length / BATCH) }, (_, at) =>
    all.slice(at * BATCH, (at + 1) * BATCH),
  )
  const answers = useQueries({
    queries: batches.map((directories) => ({
      queryKey: ['tasks.refusals', { backend, directories }],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
        backend === null ? [] : call('tasks.refusals', { backend, directories }, { signal }),
      enabled: backend !== null,
    })),
  })
  return new Map(
    answers.flatMap(({ data }) => (data ?? []).map(({ directory, reason }) => [directory, reason] as const)),
  )
}

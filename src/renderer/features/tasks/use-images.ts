import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import type { ImageState } from '../../../contract/api/common.ts'
import type { TaskSummary } from '../../../contract/api/tasks.ts'
import { call } from '../../client/client.ts'
import { useStatus } from '../../stores/live.ts'

const BATCH = 50

export interface Images {
  readonly get: (name: string) => ImageState | undefined
  /** Says whose images are looked at: they are asked for with those beside them. */
  readonly show: (names: readonly string[]) => void
}

/** Which prebuilt images of a dataset are on this machine, asked for in batches as their rows come into view. */
export function useImages(tasks: readonly TaskSummary[]): Images {
  const backend = useStatus()?.backend?.name ?? null
  const names = [...new Set(tasks.flatMap(({ image }) => image ?? []))].sort()
  const [wanted, setWanted] = useState<ReadonlySet<string>>(new Set())
  const batches = Array.from({ length: Math.ceil(names.length / BATCH) }, (_, at) =>
    names.slice(at * BATCH, (at + 1) * BATCH),
  )
  const answers = useQueries({
    queries: batches.map((batch) => ({
      queryKey: ['engine.images', { backend, names: batch }],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
        backend === null ? [] : call('engine.images', { backend, names: batch }, { signal }),
      enabled: backend !== null && batch.some((name) => wanted.has(name)),
    })),
  })
  const states = new Map(answers.flatMap(({ data }) => (data ?? []).map((state) => [state.name, state] as const)))
  return {
    get: (name) => states.get(name),
    show: (shown) => {
      if (shown.some((name) => !wanted.has(name))) setWanted(new Set([...wanted, ...shown]))
    },
  }
}

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { OutputOf } from '../../../contract/api/api.ts'
import type { DatasetPlace, InvalidTask, TaskSummary } from '../../../contract/api/tasks.ts'
import { call } from '../../client/client.ts'
import { useCall } from '../../client/queries.ts'
import { selectRows, toTaskRows, type TaskRow } from './task-rows.ts'
import type { TaskView } from './task-view.ts'
import { useRefusals } from './use-refusals.ts'

export interface TaskList {
  readonly places: readonly DatasetPlace[]
  /** Of the dataset that is shown; null: not known yet. */
  readonly path: string | null
  /** All of the dataset; null: not known yet. */
  readonly rows: readonly TaskRow[] | null
  /** What the view leaves of them. */
  readonly shown: readonly TaskRow[]
  readonly invalid: readonly InvalidTask[]
  /** The task whose detail is open. */
  readonly current: TaskRow | null
  readonly error: unknown
  readonly retry: () => void
  readonly backend: Pick<OutputOf<'stats.tasks'>, 'backend' | 'otherBackends'> | null
}

export function useTaskList(view: TaskView): TaskList {
  const places = useCall('datasets.list', {})
  const known = places.data ?? []
  const wanted = view.path ?? (places.data === undefined ? undefined : (known[0]?.path ?? null))
  const elsewhere = useElsewhere(view, known)
  const path = view.path ?? elsewhere ?? wanted
  const listing = useCall('tasks.list', path === undefined ? null : { path })
  const stats = useCall('stats.tasks', {
    filter: {
      ...(view.agents.length === 0 ? {} : { agents: [...view.agents] }),
      ...(view.models.length === 0 ? {} : { models: [...view.models] }),
    },
  })
  const data = listing.isPlaceholderData ? undefined : listing.data
  const refusals = useRefusals(data?.tasks ?? NO_TASKS)
  const rows = data === undefined ? null : toTaskRows(data.tasks, stats.data?.tasks ?? [], refusals)
  const error = listing.error ?? places.error
  return {
    places: known,
    path: data?.path ?? path ?? null,
    rows,
    shown: rows === null ? [] : selectRows(rows, view),
    invalid: data?.invalid ?? [],
    current: rows?.find(({ task }) => isNamed(task, view.task)) ?? null,
    error,
    retry: () => void (listing.error === null ? places.refetch() : listing.refetch()),
    backend: stats.data ?? null,
  }
}

const NO_TASKS: readonly TaskSummary[] = []

/** A link names a task, not where it is: the first dataset that has it. Null: the one that is shown anyway. */
function useElsewhere({ task, path }: TaskView, places: readonly DatasetPlace[]): string | null {
  const { data } = useQuery({
    queryKey: ['where is the task', task, places.map((place) => place.path)],
    queryFn: async ({ signal }) => {
      for (const place of places) {
        if (place.tasks === null) continue
        const { tasks } = await call('tasks.list', { path: place.path }, { signal })
        if (tasks.some((one) => isNamed(one, task))) return place.path
      }
      return null
    },
    enabled: task !== null && path === null && places.length > 1,
    // From one task to the next the dataset stays, and with it what was chosen there.
    placeholderData: keepPreviousData,
  })
  return data ?? null
}

/** By its whole name, or the short one that people use. */
function isNamed(task: TaskSummary, name: string | null): boolean {
  return task.name === name || task.shortName === name
}

import type { TableSort } from '../../components/data-table.tsx'

export const STATUSES = ['passed', 'failed', 'untried'] as const
export type TaskStatus = (typeof STATUSES)[number]

/** What the address says of which tasks are shown and how. */
export interface TaskView {
  /** Of the dataset; null: the first one. */
  readonly path: string | null
  /** Name of the task whose detail is open. */
  readonly task: string | null
  readonly text: string
  readonly difficulties: readonly string[]
  readonly categories: readonly string[]
  readonly tags: readonly string[]
  readonly statuses: readonly TaskStatus[]
  /** Whose attempts count; empty: everybody's. In `models` the empty text stands for "no model". */
  readonly agents: readonly string[]
  readonly models: readonly string[]
  /** Only what the backend of new jobs can run. */
  readonly runnable: boolean
  readonly sort: TableSort
}

/** Conditions that are lists of values. */
export const LISTS = ['difficulties', 'categories', 'tags', 'statuses', 'agents', 'models'] as const
export type ListCondition = (typeof LISTS)[number]

export function toTaskView(query: Readonly<Record<string, string>>): TaskView {
  const list = (key: ListCondition): readonly string[] =>
    query[key] === undefined ? [] : query[key].split(',').map(decode)
  const [column = 'name', direction] = (query['sort'] ?? 'name').split(' ')
  return {
    path: query['path'] ?? null,
    task: query['task'] ?? null,
    text: query['text'] ?? '',
    difficulties: list('difficulties'),
    categories: list('categories'),
    tags: list('tags'),
    statuses: STATUSES.filter((status) => list('statuses').includes(status)),
    agents: list('agents'),
    models: list('models'),
    runnable: query['runnable'] === 'yes',
    sort: { column, descending: direction === 'desc' },
  }
}

/** What takes every condition off. */
export const NO_FILTER = {
  text: '',
  difficulties: [],
  categories: [],
  tags: [],
  statuses: [],
  agents: [],
  models: [],
  runnable: false,
} as const satisfies Partial<TaskView>

export function isFiltered(view: TaskView): boolean {
  return view.text !== '' || view.runnable || LISTS.some((key) => view[key].length > 0)
}

/** The values of an address for some of a view; null takes one away. */
export function fromTaskView(change: Partial<TaskView>): Record<string, string | null> {
  const { path, task, text, runnable, sort } = change
  const lists = LISTS.flatMap((key) => {
    const values = change[key]
    if (values === undefined) return []
    return [[key, values.length === 0 ? null : values.map(encode).join(',')] as const]
  })
  return {
    ...Object.fromEntries(lists),
    ...(path === undefined ? {} : { path }),
    ...(task === undefined ? {} : { task }),
    ...(text === undefined ? {} : { text: text === '' ? null : text }),
    ...(runnable === undefined ? {} : { runnable: runnable ? 'yes' : null }),
    ...(sort === undefined ? {} : { sort: `${sort.column}${sort.descending ? ' desc' : ''}` }),
  }
}

function encode(value: string): string {
  return value.replace(/[%,]/g, encodeURIComponent)
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

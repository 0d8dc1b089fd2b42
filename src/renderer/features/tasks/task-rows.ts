import type { TaskRecord } from '../../../contract/api/stats.ts'
import type { TaskSummary } from '../../../contract/api/tasks.ts'
import type { TableSort } from '../../components/data-table.tsx'
import type { ListCondition, TaskStatus, TaskView } from './task-view.ts'

/** A task with how the attempts at it went. */
export interface TaskRow {
  readonly task: TaskSummary
  /** Null: nobody has tried it. */
  readonly record: TaskRecord | null
  /** Why it cannot run here; null: it can. */
  readonly refusal: string | null
}

/** `refusals`: what the backend of new jobs says against a task, by its folder. */
export function toTaskRows(
  tasks: readonly TaskSummary[],
  records: readonly TaskRecord[],
  refusals: ReadonlyMap<string, string>,
): readonly TaskRow[] {
  const byName = new Map(records.map((record) => [record.taskName, record]))
  return tasks.map((task) => ({
    task,
    record: byName.get(task.name) ?? null,
    refusal: task.unsupported.length > 0 ? task.unsupported.join('; ') : (refusals.get(task.directory) ?? null),
  }))
}

export function statusOf({ record }: TaskRow): TaskStatus {
  if (record === null || record.rate.total === 0) return 'untried'
  return record.rate.resolved > 0 ? 'passed' : 'failed'
}

/** The rows that a view shows, in its order. */
export function selectRows(rows: readonly TaskRow[], view: TaskView): readonly TaskRow[] {
  const found = rows.filter((row) => matches(row, view))
  const compare = compareBy(view.sort)
  return found.sort((a, b) => compare(a, b) || a.task.name.localeCompare(b.task.name, 'en', { numeric: true }))
}

function matches(row: TaskRow, view: TaskView): boolean {
  const { task } = row
  const needle = view.text.trim().toLowerCase()
  return (
    (needle === '' ||
      `${task.name}\n${task.directory.slice(task.directory.lastIndexOf('/') + 1)}`.toLowerCase().includes(needle)) &&
    isAmong(view.difficulties, [task.difficulty ?? '']) &&
    isAmong(view.categories, [task.category ?? '']) &&
    isAmong(view.tags, task.tags) &&
    isAmong(view.statuses, [statusOf(row)]) &&
    (!view.runnable || row.refusal === null)
  )
}

function isAmong(wanted: readonly string[], values: readonly string[]): boolean {
  return wanted.length === 0 || values.some((value) => wanted.includes(value))
}

const LEVELS = ['trivial', 'easy', 'medium', 'hard', 'very-hard', 'expert']

/** What a column is sorted by; null: not known, which stands last in either direction. */
const VALUES: Readonly<Record<string, (row: TaskRow) => string | number | null>> = {
  name: ({ task }) => task.name,
  difficulty: ({ task: { difficulty } }) => {
    if (difficulty === null) return null
    const level = LEVELS.indexOf(difficulty.toLowerCase())
    return level < 0 ? LEVELS.length : level
  },
  category: ({ task }) => task.category,
  agentTimeout: ({ task }) => task.agentTimeoutSec,
  verifierTimeout: ({ task }) => task.verifierTimeoutSec,
  resources: ({ task: { cpus, memoryMb } }) =>
    cpus === null && memoryMb === null ? null : (memoryMb ?? 0) + (cpus ?? 0) / 1000,
  image: ({ task }) => task.image,
  last: ({ record }) => record?.rate.total ?? null,
  rate: ({ record }) => (record === null || record.rate.total === 0 ? null : record.rate.resolved / record.rate.total),
}

function compareBy({ column, descending }: TableSort): (a: TaskRow, b: TaskRow) => number {
  const valueOf = VALUES[column] ?? VALUES['name']
  return (a, b) => {
    const one = valueOf?.(a) ?? null
    const other = valueOf?.(b) ?? null
    if (one === null || other === null) return Number(one === null) - Number(other === null)
    const order =
      typeof one === 'number' && typeof other === 'number'
        ? one - other
        : String(one).localeCompare(String(other), 'en', { numeric: true })
    return descending ? -order : order
  }
}

/** How often each value occurs, most frequent first. */
export function countValues(
  rows: readonly TaskRow[],
  condition: Exclude<ListCondition, 'agents' | 'models'>,
): readonly { readonly value: string; readonly count: number }[] {
  const counts = new Map<string, number>()
  for (const row of rows) for (const value of valuesOf(row, condition)) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || a.value.localeCompare(b.value))
}

function valuesOf(row: TaskRow, condition: Exclude<ListCondition, 'agents' | 'models'>): readonly string[] {
  if (condition === 'statuses') return [statusOf(row)]
  if (condition === 'tags') return row.task.tags
  return [(condition === 'difficulties' ? row.task.difficulty : row.task.category) ?? '']
}

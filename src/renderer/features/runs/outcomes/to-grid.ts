import { toShortName } from '../../../format/short-name.ts'
import type { TrialRow } from '../../../../contract/rows.ts'

export const DIMENSIONS = ['task', 'model', 'agent', 'attempt'] as const
export type Dimension = (typeof DIMENSIONS)[number]

export type GridTrial = Pick<
  TrialRow,
  | 'jobName'
  | 'trialName'
  | 'taskName'
  | 'model'
  | 'agent'
  | 'attempt'
  | 'state'
  | 'outcome'
  | 'reward'
  | 'costUsd'
  | 'costIsEstimate'
  | 'durationMs'
>

/** A row or a column of the grid, with how its trials went. */
export interface GridLine {
  readonly key: string
  readonly resolved: number
  /** Trials that have ended. */
  readonly ended: number
  /** All, with those that run or wait. */
  readonly total: number
}

/** `mixed`: some trials of it resolved, some not. `open`: none has ended. */
export type LineKind = 'never' | 'mixed' | 'always' | 'open'

export interface Grid<Trial extends GridTrial> {
  readonly rows: readonly GridLine[]
  readonly columns: readonly GridLine[]
  /** Trials of a cell, in the order of their attempts. */
  readonly cell: (row: string, column: string) => readonly Trial[]
  /** Most trials that a cell has. */
  readonly deepest: number
}

export function toGrid<Trial extends GridTrial>(
  trials: readonly Trial[],
  rows: Dimension,
  columns: Dimension,
): Grid<Trial> {
  const cells = new Map<string, Map<string, Trial[]>>()
  const rowTrials = new Map<string, Trial[]>()
  const columnTrials = new Map<string, Trial[]>()
  let deepest = 0
  const places = new Map<string, Trial[]>()
  for (const trial of [...trials].sort(byAttempt)) {
    // Jobs of other programs do not number attempts: they are told apart by their order.
    const attempt = trial.attempt ?? push(places, JSON.stringify([trial.taskName, trial.agent, trial.model]), trial)
    const row = rows === 'attempt' ? String(attempt) : valueOf(trial, rows)
    const column = columns === 'attempt' ? String(attempt) : valueOf(trial, columns)
    const line = cells.get(row) ?? new Map<string, Trial[]>()
    cells.set(row, line)
    deepest = Math.max(deepest, push(line, column, trial))
    push(rowTrials, row, trial)
    push(columnTrials, column, trial)
  }
  return {
    rows: toLines(rowTrials),
    columns: toLines(columnTrials),
    cell: (row, column) => cells.get(row)?.get(column) ?? NONE,
    deepest,
  }
}

const NONE: readonly never[] = []

export function kindOf({ resolved, ended }: GridLine): LineKind {
  if (ended === 0) return 'open'
  if (resolved === 0) return 'never'
  return resolved === ended ? 'always' : 'mixed'
}

/** By name, numbers by their size; or those with the lowest rate first and those without one last. */
export function sortLines(lines: readonly GridLine[], by: 'name' | 'rate'): readonly GridLine[] {
  const share = ({ resolved, ended }: GridLine): number => (ended === 0 ? 2 : resolved / ended)
  const byName = (a: GridLine, b: GridLine): number => NAMES.compare(a.key, b.key)
  return [...lines].sort(by === 'name' ? byName : (a, b) => share(a) - share(b) || byName(a, b))
}

const NAMES = new Intl.Collator('en', { numeric: true })

function valueOf(trial: GridTrial, dimension: Exclude<Dimension, 'attempt'>): string {
  return (dimension === 'task' ? trial.taskName : trial[dimension]) ?? ''
}

/** What a key of a dimension is called. */
export function labelOf(key: string, dimension: Dimension): string {
  if ((dimension === 'task' || dimension === 'model') && key !== '') return toShortName(key)
  if (key === '') return dimension === 'model' ? 'no model' : 'not known'
  return dimension === 'attempt' ? `#${key}` : key
}

function toLines(byKey: ReadonlyMap<string, readonly GridTrial[]>): readonly GridLine[] {
  return [...byKey].map(([key, trials]) => {
    const ended = trials.filter(({ state }) => state === 'finished')
    return {
      key,
      resolved: ended.filter(({ outcome }) => outcome === 'success').length,
      ended: ended.length,
      total: trials.length,
    }
  })
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): number {
  const values = map.get(key)
  if (values !== undefined) return values.push(value)
  map.set(key, [value])
  return 1
}

function byAttempt(a: GridTrial, b: GridTrial): number {
  return (a.attempt ?? 0) - (b.attempt ?? 0) || (a.trialName < b.trialName ? -1 : 1)
}

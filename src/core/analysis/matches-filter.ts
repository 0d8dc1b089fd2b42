import type { TrialFilter } from '../../contract/api/common.ts'
import type { TrialRow } from '../../contract/rows.ts'

/** Conditions of a filter that list alternatives, each with the text of a row that is compared; null matches none. */
export const LISTED: Readonly<
  Record<ListedCondition, { readonly field: keyof TrialRow; readonly valueOf: (row: TrialRow) => string | null }>
> = {
  jobNames: { field: 'jobName', valueOf: (row) => row.jobName },
  trialNames: { field: 'trialName', valueOf: (row) => row.trialName },
  sources: { field: 'source', valueOf: (row) => row.source },
  backends: { field: 'backend', valueOf: (row) => row.backend },
  agents: { field: 'agent', valueOf: (row) => row.agent },
  models: { field: 'model', valueOf: (row) => row.model ?? '' },
  tasks: { field: 'taskName', valueOf: (row) => row.taskName },
  states: { field: 'state', valueOf: (row) => row.state },
  outcomes: { field: 'outcome', valueOf: (row) => row.outcome ?? (row.state === 'finished' ? 'none' : null) },
  blames: { field: 'blame', valueOf: (row) => row.blame },
  exceptionTypes: { field: 'exceptionType', valueOf: (row) => row.exceptionType },
  difficulties: { field: 'difficulty', valueOf: (row) => row.difficulty },
  categories: { field: 'category', valueOf: (row) => row.category },
}

export type ListedCondition = Exclude<keyof TrialFilter, 'since' | 'until' | 'text'>
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its keys are these
export const LISTED_CONDITIONS = Object.keys(LISTED) as readonly ListedCondition[]

/** Fields in which a text is searched. */
export const SEARCHED = [
  'jobName',
  'trialName',
  'taskName',
  'agent',
  'model',
  'reason',
] as const satisfies readonly (keyof TrialRow)[]

/** Whether a trial is meant by a filter: what the index answers by SQL, said once more in plain words. */
export function matchesFilter(row: TrialRow, filter: TrialFilter): boolean {
  return LISTED_CONDITIONS.every((condition) => matchesListed(row, filter, condition)) && matchesRest(row, filter)
}

/** Whether one condition alone means a trial. An empty list says nothing. */
export function matchesListed(row: TrialRow, filter: TrialFilter, condition: ListedCondition): boolean {
  const wanted: readonly string[] = filter[condition] ?? []
  const value = LISTED[condition].valueOf(row)
  return wanted.length === 0 || (value !== null && wanted.includes(value))
}

function matchesRest(row: TrialRow, { since, until, text }: TrialFilter): boolean {
  if (since !== undefined && (row.startedAt === null || row.startedAt < since)) return false
  if (until !== undefined && (row.startedAt === null || row.startedAt >= until)) return false
  if (text === undefined || text === '') return true
  const needle = foldCase(text)
  return SEARCHED.some((field) => foldCase(row[field] ?? '').includes(needle))
}

/** Of ASCII letters alone, as SQLite does it. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

import { groupBy } from './group.ts'

export interface OneBackend<Row> {
  readonly backend: string | null
  readonly otherBackends: { readonly backend: string; readonly trials: number }[]
  readonly rows: readonly Row[]
}

/** The trials of the backend with the most of them: scores of different backends are not mixed in one number. */
export function ofOneBackend<Row extends { readonly backend: string | null }>(rows: readonly Row[]): OneBackend<Row> {
  const groups = [...groupBy(rows, ({ backend }) => backend ?? UNKNOWN)]
  groups.sort(([nameA, a], [nameB, b]) => b.length - a.length || (nameA < nameB ? -1 : 1))
  const [first, ...others] = groups
  return {
    backend: first?.[0] ?? null,
    otherBackends: others.map(([backend, of]) => ({ backend, trials: of.length })),
    rows: first?.[1] ?? [],
  }
}

/** Of trials that never came to a backend. */
const UNKNOWN = 'unknown'

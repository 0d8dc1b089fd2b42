import type Database from 'better-sqlite3'
import type { TrialFilter } from '../../contract/api/common.ts'
import { FACETS, type TrialFacets } from '../../contract/api/trials.ts'
import type { TrialRow } from '../../contract/rows.ts'
import { sortFacet } from '../../core/analysis/facets.ts'
import { LISTED, matchesListed } from '../../core/analysis/matches-filter.ts'
import { TRIAL_COLUMNS } from './rows.ts'
import { toWhere } from './trial-where.ts'

/** Fields of the values; each has its place in the index `trials_by_value`, in this order. */
const FIELDS = FACETS.map((facet) => LISTED[facet].field)

type Combination = TrialRow & { readonly count: number }

/**
 * How often each value occurs among the trials that all other conditions mean: a facet's own choice hides none of its
 * values. One pass over the trials counts combinations of values; there are few of them, and they are sorted out here.
 */
export function countFacets(db: Database.Database, filter: TrialFilter): TrialFacets {
  const chosen = FACETS.filter((facet) => (filter[facet] ?? []).length > 0)
  const combinations = combine(db, { ...filter, ...Object.fromEntries(chosen.map((facet) => [facet, undefined])) })
  const facets = FACETS.map((facet) => {
    const others = chosen.filter((other) => other !== facet)
    const meant = combinations.filter((row) => others.every((other) => matchesListed(row, filter, other)))
    return [facet, countValues(meant, LISTED[facet].valueOf)] as const
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for each of FACETS
  return Object.fromEntries(facets) as TrialFacets
}

/** Rows that are alike in all of these values, as one. */
function combine(db: Database.Database, filter: TrialFilter): readonly Combination[] {
  const where = toWhere(filter)
  const columns = FIELDS.map((field) => TRIAL_COLUMNS[field])
  const fields = FIELDS.map((field) => `${TRIAL_COLUMNS[field]} AS ${field}`)
  const sql = `SELECT ${fields.join(', ')}, count(*) AS count FROM trials ${where.sql} GROUP BY ${columns.join(', ')}`
  return db.prepare<string[], Combination>(sql).all(...where.values)
}

function countValues(
  combinations: readonly Combination[],
  valueOf: (row: TrialRow) => string | null,
): { value: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const combination of combinations) {
    const value = valueOf(combination)
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + combination.count)
  }
  return sortFacet([...counts].map(([value, count]) => ({ value, count })))
}

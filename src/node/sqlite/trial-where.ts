import type { TrialFilter } from '../../contract/api/common.ts'
import { LISTED, LISTED_CONDITIONS, SEARCHED, type ListedCondition } from '../../core/analysis/matches-filter.ts'
import { TRIAL_COLUMNS } from './rows.ts'

/** A condition in SQL, with what is bound to its question marks. */
export interface Where {
  readonly sql: string
  readonly values: readonly string[]
}

/** The trials of a filter, as `matchesFilter` says it. */
export function toWhere(filter: TrialFilter): Where {
  const conditions = [
    ...LISTED_CONDITIONS.flatMap((condition) => listed(condition, filter[condition] ?? [])),
    ...(filter.since === undefined ? [] : [{ sql: 'started_at >= ?', values: [filter.since] }]),
    ...(filter.until === undefined ? [] : [{ sql: 'started_at < ?', values: [filter.until] }]),
    ...(filter.text === undefined || filter.text === '' ? [] : [search(filter.text)]),
  ]
  return {
    sql: conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`,
    values: conditions.flatMap(({ values }) => values),
  }
}

/** The text of a row that a condition compares; NULL matches none. */
function valueSql(condition: ListedCondition): string {
  if (condition === 'models') return "coalesce(model, '')"
  if (condition === 'outcomes') return "CASE WHEN outcome IS NULL AND state = 'finished' THEN 'none' ELSE outcome END"
  return TRIAL_COLUMNS[LISTED[condition].field]
}

function listed(condition: ListedCondition, wanted: readonly string[]): Where[] {
  if (wanted.length === 0) return []
  return [{ sql: `${valueSql(condition)} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(wanted)] }]
}

/** SQLite's lower() is of ASCII letters, and instr() of texts compares characters. */
function search(text: string): Where {
  const fields = SEARCHED.map((field) => `instr(lower(coalesce(${TRIAL_COLUMNS[field]}, '')), lower(?)) > 0`)
  return { sql: `(${fields.join(' OR ')})`, values: SEARCHED.map(() => text) }
}

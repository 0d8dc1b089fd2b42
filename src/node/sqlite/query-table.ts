import type Database from 'better-sqlite3'
import type { TrialFilter } from '../../contract/api/common.ts'
import type { TrialFacets } from '../../contract/api/trials.ts'
import type { TrialRow } from '../../contract/rows.ts'
import { COMBINATION_FIELDS } from '../../core/analysis/combinations.ts'
import { OVERVIEW_FIELDS } from '../../core/analysis/overview.ts'
import { TASK_RECORD_FIELDS } from '../../core/analysis/task-records.ts'
import { TIMELINE_FIELDS } from '../../core/analysis/timeline.ts'
import { STATISTICS, type Statistics, type StatisticsKind, type TrialQuery } from '../../core/analysis/trial-queries.ts'
import { countFacets } from './facet-query.ts'
import { selectFrom, toTrialRow, TRIAL_COLUMNS, type StoredTrial } from './rows.ts'
import { toWhere } from './trial-where.ts'

/** Questions over the trials of all jobs. */
export interface QueryTable {
  query(query: TrialQuery): { readonly total: number; readonly trials: readonly TrialRow[] }
  facets(filter: TrialFilter): TrialFacets
  spentUsd(since: string): number | null
  statistics(kind: StatisticsKind, filter: TrialFilter): Statistics[StatisticsKind]
}

export function createQueryTable(db: Database.Database): QueryTable {
  function select<Field extends keyof TrialRow>(
    fields: readonly Field[],
    filter: TrialFilter,
  ): readonly Pick<TrialRow, Field>[] {
    const where = toWhere(filter)
    const columns = Object.fromEntries(fields.map((field) => [field, TRIAL_COLUMNS[field]]))
    return db
      .prepare<string[], Pick<TrialRow, Field>>(`${selectFrom('trials', columns)} ${where.sql}`)
      .all(...where.values)
  }

  return {
    query({ filter, sort, offset, limit }) {
      const where = toWhere(filter)
      const total = db
        .prepare<string[], number>(`SELECT count(*) FROM trials ${where.sql}`)
        .pluck()
        .get(...where.values)
      const order = `ORDER BY ${TRIAL_COLUMNS[sort.column]} ${sort.descending ? 'DESC' : 'ASC'} NULLS LAST, job_name, trial_name`
      const trials = db
        .prepare<(string | number)[], StoredTrial>(
          `${selectFrom('trials', TRIAL_COLUMNS)} ${where.sql} ${order} LIMIT ? OFFSET ?`,
        )
        .all(...where.values, limit, offset)
      return { total: total ?? 0, trials: trials.map(toTrialRow) }
    },
    facets: (filter) => countFacets(db, filter),
    spentUsd: (since) =>
      db
        .prepare<[string], number | null>('SELECT sum(cost_usd) FROM trials WHERE started_at >= ?')
        .pluck()
        .get(since) ?? null,
    statistics(kind, filter) {
      switch (kind) {
        case 'overview':
          return STATISTICS.overview(select(OVERVIEW_FIELDS, filter))
        case 'timeline':
          return STATISTICS.timeline(select(TIMELINE_FIELDS, filter))
        case 'combinations':
          return STATISTICS.combinations(select(COMBINATION_FIELDS, filter))
        case 'tasks':
          return STATISTICS.tasks(select(TASK_RECORD_FIELDS, filter))
      }
    },
  }
}

import type { z } from 'zod'
import type { TrialFilter } from '../../contract/api/common.ts'
import type { TrialFacets, TrialSort } from '../../contract/api/trials.ts'
import type { Combination, Overview, TaskRecord, TimelinePoint } from '../../contract/api/stats.ts'
import type { TrialRow } from '../../contract/rows.ts'
import { ofOneBackend } from './by-backend.ts'
import { toCombinations, type CombinationRow } from './combinations.ts'
import type { JobTotals } from './job-totals.ts'
import { toOverview } from './overview.ts'
import { toTaskRecords, type TaskRecordRow } from './task-records.ts'
import { toTimeline, type TimelineRow } from './timeline.ts'

export interface TrialQuery {
  readonly filter: TrialFilter
  readonly sort: z.output<typeof TrialSort>
  readonly offset: number
  readonly limit: number
}

/** Port: questions over many trials, whatever their job. */
export interface TrialQueries {
  queryTrials(query: TrialQuery): Promise<{ readonly total: number; readonly trials: readonly TrialRow[] }>
  facets(filter: TrialFilter): Promise<TrialFacets>
  /** Of these jobs, or of all; jobs without a trial are left out. */
  jobTotals(jobNames: readonly string[] | null): Promise<readonly JobTotals[]>
  /** What trials that started at or after a time cost, on whatever backend; null where none was measured. */
  spentUsd(since: string): Promise<number | null>
  statistics<Kind extends StatisticsKind>(kind: Kind, filter: TrialFilter): Promise<Statistics[Kind]>
}

export interface Statistics {
  readonly overview: Overview
  readonly timeline: Counted & { readonly points: TimelinePoint[] }
  readonly combinations: Counted & { readonly combinations: Combination[] }
  readonly tasks: Counted & { readonly tasks: TaskRecord[] }
}
export type StatisticsKind = keyof Statistics

interface Counted {
  readonly backend: string | null
  readonly otherBackends: { readonly backend: string; readonly trials: number }[]
}

/** Each kind of statistics as a function of the trials that a filter leaves. */
export const STATISTICS = {
  overview: toOverview,
  timeline: (all: readonly TimelineRow[]): Statistics['timeline'] => {
    const { rows, ...counted } = ofOneBackend(all)
    return { ...counted, points: toTimeline(rows) }
  },
  combinations: (all: readonly CombinationRow[]): Statistics['combinations'] => {
    const { rows, ...counted } = ofOneBackend(all)
    return { ...counted, combinations: toCombinations(rows) }
  },
  tasks: (all: readonly TaskRecordRow[]): Statistics['tasks'] => {
    const { rows, ...counted } = ofOneBackend(all)
    return { ...counted, tasks: toTaskRecords(rows) }
  },
} satisfies { readonly [Kind in StatisticsKind]: (rows: readonly TrialRow[]) => Statistics[Kind] }

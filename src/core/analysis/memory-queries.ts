import type { TrialRow } from '../../contract/rows.ts'
import { countFacets } from './facets.ts'
import { groupBy } from './group.ts'
import { toJobTotals } from './job-totals.ts'
import { matchesFilter } from './matches-filter.ts'
import { sumOf } from './measured.ts'
import { compareTrials } from './sort-trials.ts'
import { STATISTICS, type Statistics, type TrialQueries } from './trial-queries.ts'

/** The port over rows at hand: the measure for what the index answers. */
export function createMemoryQueries(rows: () => Iterable<TrialRow> | Promise<Iterable<TrialRow>>): TrialQueries {
  return {
    async queryTrials({ filter, sort, offset, limit }) {
      const found = [...(await rows())].filter((row) => matchesFilter(row, filter)).sort(compareTrials(sort))
      return { total: found.length, trials: found.slice(offset, offset + limit) }
    },
    facets: async (filter) => countFacets([...(await rows())], filter),
    async jobTotals(jobNames) {
      const groups = groupBy(await rows(), ({ jobName }) => jobName)
      return [...groups].flatMap(([jobName, of]) =>
        jobNames === null || jobNames.includes(jobName) ? [toJobTotals(jobName, of)] : [],
      )
    },
    async spentUsd(since) {
      return sumOf([...(await rows())].filter((row) => matchesFilter(row, { since })).map(({ costUsd }) => costUsd))
    },
    async statistics(kind, filter) {
      const found = [...(await rows())].filter((row) => matchesFilter(row, filter))
      const answers: { readonly [Kind in keyof Statistics]: () => Statistics[Kind] } = {
        overview: () => STATISTICS.overview(found),
        timeline: () => STATISTICS.timeline(found),
        combinations: () => STATISTICS.combinations(found),
        tasks: () => STATISTICS.tasks(found),
      }
      return answers[kind]()
    },
  }
}

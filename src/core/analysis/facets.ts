import type { TrialFilter } from '../../contract/api/common.ts'
import { FACETS, type TrialFacets } from '../../contract/api/trials.ts'
import type { TrialRow } from '../../contract/rows.ts'
import { compareText } from './group.ts'
import { LISTED, matchesFilter } from './matches-filter.ts'

/** How often each value occurs among the trials of a filter, the condition on itself left out. */
export function countFacets(rows: readonly TrialRow[], filter: TrialFilter): TrialFacets {
  const facets = FACETS.map((facet) => {
    const counts = new Map<string, number>()
    for (const row of rows.filter((one) => matchesFilter(one, { ...filter, [facet]: undefined }))) {
      const value = LISTED[facet].valueOf(row)
      if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    return [facet, sortFacet([...counts].map(([value, count]) => ({ value, count })))] as const
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for each of FACETS
  return Object.fromEntries(facets) as TrialFacets
}

/** The most frequent first. */
export function sortFacet<Entry extends { readonly value: string; readonly count: number }>(entries: Entry[]): Entry[] {
  return entries.sort((a, b) => b.count - a.count || compareText(a.value, b.value))
}

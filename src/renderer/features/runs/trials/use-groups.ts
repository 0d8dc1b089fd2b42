import { useMemo, useState } from 'react'
import type { Rate, TrialFilter } from '../../../../contract/api/common.ts'
import type { Combination } from '../../../../contract/api/stats.ts'
import { useCall } from '../../../client/queries.ts'
import { groupBy as groupValues } from '../../../format/group-by.ts'
import type { GroupBy, TrialGroup } from './list-rows.ts'

const FACET = { task: 'tasks', agent: 'agents', model: 'models' } as const

export interface Groups {
  readonly groups: readonly TrialGroup[]
  /** Set where the rates leave out trials of other backends. */
  readonly note: string | null
}

/** The groups of the trials that a filter leaves, with their rates; null: not asked for. */
export function useGroups(by: GroupBy | null, filter: TrialFilter): Groups {
  const facets = useCall('trials.facets', by === null ? null : { filter })
  const tasks = useCall('stats.tasks', by === 'task' ? { filter } : null)
  const combinations = useCall('stats.combinations', by === null || by === 'task' ? null : { filter })
  const rates = useMemo(() => {
    if (by === 'task') return new Map(tasks.data?.tasks.map(({ taskName, rate }) => [taskName, rate]))
    return by === null ? new Map<string, Rate>() : ratesBy(by, combinations.data?.combinations ?? [])
  }, [by, tasks.data, combinations.data])
  const counts = by === null ? [] : (facets.data?.[FACET[by]] ?? [])
  const chosen = by === null ? undefined : filter[FACET[by]]
  const order = useKeptOrder(
    counts.map(({ value }) => value).filter((value) => chosen === undefined || chosen.includes(value)),
    `${by} ${JSON.stringify(filter)}`,
  )
  const countOf = new Map(counts.map(({ value, count }) => [value, count]))
  const counted = by === 'task' ? tasks.data : combinations.data
  const others = counted?.otherBackends.map(({ backend, trials }) => `${trials} on ${backend}`) ?? []
  return {
    groups: order.map((value) => ({ value, count: countOf.get(value) ?? 0, rate: rates.get(value) ?? null })),
    note:
      counted === undefined || others.length === 0
        ? null
        : `Rates count trials on ${counted.backend ?? ''} only; left out: ${others.join(', ')}`,
  }
}

/** Rates of several combinations added up have no interval of their own here. */
function ratesBy(by: 'agent' | 'model', combinations: readonly Combination[]): Map<string, Rate> {
  const groups = groupValues(combinations, (combination) => combination[by] ?? '')
  return new Map([...groups].map(([value, of]) => [value, addRates(of.map(({ rate }) => rate))]))
}

export function addRates(rates: readonly Rate[]): Rate {
  const [only] = rates
  if (rates.length === 1 && only !== undefined) return only
  const sum = (key: 'resolved' | 'total' | 'judged'): number => rates.reduce((total, rate) => total + rate[key], 0)
  return { resolved: sum('resolved'), total: sum('total'), judged: sum('judged'), low: null, high: null }
}

/** By name at first; what comes later is added at the end, so that no row moves. */
function useKeptOrder(values: readonly string[], identity: string): readonly string[] {
  const [kept, setKept] = useState({ identity, order: NO_VALUES })
  const order = addInOrder(kept.identity === identity ? kept.order : NO_VALUES, values)
  if (kept.identity !== identity || kept.order !== order) setKept({ identity, order })
  return order
}

const NO_VALUES: readonly string[] = []

/** The same list where nothing is added. */
export function addInOrder(known: readonly string[], values: readonly string[]): readonly string[] {
  const there = new Set(known)
  const added = values.filter((value) => !there.has(value)).sort((a, b) => a.localeCompare(b))
  return added.length === 0 ? known : [...known, ...added]
}

import type { Rate } from '../../../../contract/api/common.ts'
import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { trialKey } from '../../../stores/live.ts'

export const GROUPS = ['task', 'agent', 'model'] as const
export type GroupBy = (typeof GROUPS)[number]

/** Trials that share a task, an agent or a model. */
export interface TrialGroup {
  readonly value: string
  readonly count: number
  /** Null: nothing of it has finished, or it is not told. */
  readonly rate: Rate | null
}

export type ListRow =
  | { readonly kind: 'group'; readonly group: TrialGroup; readonly isOpen: boolean }
  | { readonly kind: 'trial'; readonly trial: ListedTrial }

/** Where a row of the table is: the head of a group, or a trial by its position in the list of that group. */
export type Place =
  | { readonly kind: 'group'; readonly group: TrialGroup; readonly isOpen: boolean }
  | { readonly kind: 'trial'; readonly list: string; readonly index: number }

/** A stretch of the table: one group with its trials. */
interface Stretch {
  readonly from: number
  readonly group: TrialGroup
  readonly trials: number
}

export interface GroupLayout {
  readonly count: number
  readonly stretches: readonly Stretch[]
}

/** Groups below each other; those that are open with their trials, as many as `totalOf` says. */
export function layOutGroups(
  groups: readonly TrialGroup[],
  open: ReadonlySet<string>,
  totalOf: (value: string) => number | null,
): GroupLayout {
  let from = 0
  const stretches = groups.map((group): Stretch => {
    const trials = open.has(group.value) ? (totalOf(group.value) ?? group.count) : 0
    const stretch = { from, group, trials }
    from += 1 + trials
    return stretch
  })
  return { count: from, stretches }
}

/** Whether every list has its rows at the same places. */
export function isSamePlace({ stretches }: GroupLayout, other: GroupLayout): boolean {
  return (
    stretches.length === other.stretches.length &&
    stretches.every(({ group, from, trials }, index) => {
      const its = other.stretches[index]
      return its?.group.value === group.value && its.from === from && its.trials === trials
    })
  )
}

export function placeAt({ stretches }: GroupLayout, open: ReadonlySet<string>, index: number): Place | null {
  const stretch = stretches.findLast(({ from }) => from <= index)
  if (stretch === undefined || index > stretch.from + stretch.trials) return null
  const { group, from } = stretch
  if (index === from) return { kind: 'group', group, isOpen: open.has(group.value) }
  return { kind: 'trial', list: group.value, index: index - from - 1 }
}

/** What of each group's list lies between two rows of the table. */
export function visibleLists(
  { stretches }: GroupLayout,
  from: number,
  to: number,
): readonly { readonly list: string; readonly from: number; readonly to: number }[] {
  return stretches.flatMap((stretch) => {
    const first = Math.max(0, from - stretch.from - 1)
    const last = Math.min(stretch.trials - 1, to - stretch.from - 1)
    return last < first ? [] : [{ list: stretch.group.value, from: first, to: last }]
  })
}

export function rowKey(row: ListRow): string {
  return row.kind === 'group' ? `group ${row.group.value}` : trialKey(row.trial)
}

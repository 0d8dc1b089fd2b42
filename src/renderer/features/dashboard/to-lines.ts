import type { TimelinePoint } from '../../../contract/api/stats.ts'
import { groupBy } from '../../format/group-by.ts'

/** The results of one agent and model, oldest first. */
export interface ResultLine {
  readonly label: string
  readonly points: readonly TimelinePoint[]
}

/** Lines of a chart, those with the most trials first. Jobs without a trial that ended have no dot. */
export function toLines(points: readonly TimelinePoint[]): readonly ResultLine[] {
  const counted = points.filter(({ rate }) => rate.total > 0)
  return [...groupBy(counted, labelOf)]
    .map(([label, of]) => ({ label, points: of.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)) }))
    .toSorted((a, b) => trialsOf(b) - trialsOf(a))
}

function labelOf({ agent, model }: TimelinePoint): string {
  return model === null ? agent : `${agent} × ${model}`
}

function trialsOf({ points }: ResultLine): number {
  return points.reduce((sum, { rate }) => sum + rate.total, 0)
}

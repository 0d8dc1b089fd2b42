import type { TimelinePoint } from '../../../contract/api/stats.ts'
import { groupBy } from '../../format/group-by.ts'

/** Results of one agent and model, the oldest first. */
export interface Series {
  readonly label: string
  readonly points: readonly SeriesPoint[]
}

export interface SeriesPoint {
  readonly point: TimelinePoint
  readonly at: Date
  /** 0 to 1. */
  readonly share: number
  readonly low: number
  readonly high: number
}

/** Lines of the chart, that with the newest result first. Jobs of which nothing has finished are no points. */
export function toSeries(points: readonly TimelinePoint[]): readonly Series[] {
  const usable = points.filter(({ rate, startedAt }) => rate.total > 0 && !Number.isNaN(Date.parse(startedAt)))
  const groups = groupBy(usable, labelOf)
  const series = [...groups].map(([label, of]) => ({
    label,
    points: of.map(toPoint).sort((a, b) => a.at.getTime() - b.at.getTime()),
  }))
  return series.sort((a, b) => newest(b) - newest(a) || a.label.localeCompare(b.label))
}

export function labelOf({ agent, model }: Pick<TimelinePoint, 'agent' | 'model'>): string {
  return model === null ? agent : `${agent} ${model}`
}

function toPoint(point: TimelinePoint): SeriesPoint {
  const { resolved, total, low, high } = point.rate
  const share = resolved / total
  return { point, at: new Date(point.startedAt), share, low: low ?? share, high: high ?? share }
}

function newest({ points }: Series): number {
  return points.at(-1)?.at.getTime() ?? 0
}

/** The time that the chart shows: all points with room beside them, and never less than an hour. */
export function toDomain(series: readonly Series[]): [Date, Date] {
  const times = series.flatMap(({ points }) => points.map(({ at }) => at.getTime()))
  const first = times.reduce((a, b) => Math.min(a, b), Infinity)
  const last = times.reduce((a, b) => Math.max(a, b), -Infinity)
  if (times.length === 0) return [new Date(0), new Date(1)]
  const room = Math.max(30 * 60_000 - (last - first) / 2, (last - first) * 0.05)
  return [new Date(first - room), new Date(last + room)]
}

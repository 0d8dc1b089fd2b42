import { formatCost, formatDuration, formatReward } from '../../../format/format.ts'
import { MARKS, markColor, toMark, type Mark } from '../../../components/outcome.tsx'
import type { GridTrial } from './to-grid.ts'

export const COLOURS = ['outcome', 'reward', 'cost', 'duration'] as const
export type ColourBy = (typeof COLOURS)[number]

/** How one trial is drawn: a tint, and a sign or number that says the same without colour. */
export interface CellLook {
  readonly sign: string
  /** CSS colours; `opacity` is that of the tint. */
  readonly fill: string
  readonly opacity: number
  readonly text: string
}

/** From the least to the most, as far as the measured values differ. */
export interface Scale {
  /** Upper bounds of the steps, rising; the last is the greatest value. */
  readonly bounds: readonly number[]
}

/** Tints from light to strong; on the strong ones the text turns. */
export const STEPS = [0.06, 0.16, 0.28, 0.9, 1] as const

/** Steps with about as many trials each, so that one expensive trial does not make all others look alike. */
export function toScale(values: readonly number[]): Scale {
  const sorted = [...values].sort((a, b) => a - b)
  const bounds = STEPS.flatMap((_, step) => {
    const at = Math.ceil(((step + 1) / STEPS.length) * sorted.length) - 1
    const bound = sorted[at]
    return bound === undefined ? [] : [bound]
  })
  return { bounds: [...new Set(bounds)] }
}

/** Which of the tints a value gets. */
export function stepOf({ bounds }: Scale, value: number): number {
  const at = bounds.findIndex((bound) => value <= bound)
  const place = at < 0 ? bounds.length - 1 : at
  // Few different values are spread over all tints.
  return bounds.length < 2 ? 0 : Math.round((place / (bounds.length - 1)) * (STEPS.length - 1))
}

export function valueOf(trial: GridTrial, by: ColourBy): number | null {
  if (by === 'reward') return trial.reward
  if (by === 'cost') return trial.costUsd
  return by === 'duration' ? trial.durationMs : null
}

export function lookOf(trial: GridTrial, by: ColourBy, scale: Scale): CellLook {
  const mark = toMark(trial)
  const value = valueOf(trial, by)
  if (by === 'outcome' || trial.state !== 'finished') {
    const isFaint = mark === 'queued' || mark === 'none'
    return { sign: MARKS[mark].glyph, fill: markColor(mark), opacity: isFaint ? 0.05 : 0.16, text: markColor(mark) }
  }
  if (value === null) return { sign: '–', fill: 'var(--line)', opacity: 0.3, text: 'var(--text-dim)' }
  const opacity = STEPS[stepOf(scale, value)] ?? 0
  return {
    sign: toSign(value, by),
    fill: 'var(--accent)',
    opacity,
    text: opacity > 0.5 ? 'var(--on-accent)' : 'var(--text)',
  }
}

/** How a cell with more trials than it can show is drawn: what has ended of them counts, the rest is faint. */
export interface CountedLook {
  readonly sign: string
  readonly text: string
  readonly title: string
  /** Tints side by side, each as wide as it has trials. */
  readonly parts: readonly { readonly fill: string; readonly opacity: number; readonly count: number }[]
}

export function lookOfSeveral(trials: readonly GridTrial[], by: ColourBy, scale: Scale): CountedLook {
  const ended = trials.filter(({ state }) => state === 'finished')
  const resolved = ended.filter(({ outcome }) => outcome === 'success').length
  const rest = { fill: 'var(--line)', opacity: 0.3, count: trials.length - ended.length }
  const counted = [
    ended.length === 0 ? 'none has ended' : `${resolved} of ${ended.length} resolved`,
    ended.length > 0 && rest.count > 0 ? `${rest.count} not ended` : null,
  ]
  const value = median(ended.flatMap((trial) => valueOf(trial, by) ?? []))
  const toTitle = (...parts: readonly (string | null)[]): string => parts.filter((part) => part !== null).join(', ')
  if (by === 'outcome' || ended.length === 0) {
    const parts = [
      { fill: markColor('success'), opacity: 0.28, count: resolved },
      { fill: markColor('failure'), opacity: 0.16, count: ended.length - resolved },
      rest,
    ]
    const sign = ended.length === 0 ? MARKS[openMark(trials)].glyph : `${resolved}/${ended.length}`
    return { sign, text: 'var(--text)', title: toTitle(...counted), parts }
  }
  if (value === null) {
    const parts = [{ fill: 'var(--line)', opacity: 0.3, count: trials.length }]
    return { sign: '–', text: 'var(--text-dim)', title: toTitle(`${by} not measured`, ...counted), parts }
  }
  const opacity = STEPS[stepOf(scale, value)] ?? 0
  return {
    sign: toSign(value, by),
    text: opacity > 0.5 ? 'var(--on-accent)' : 'var(--text)',
    title: toTitle(`median ${by} ${toSign(value, by)}`, ...counted),
    parts: [{ fill: 'var(--accent)', opacity, count: ended.length }, rest],
  }
}

/** Of trials none of which has ended. */
function openMark(trials: readonly GridTrial[]): Mark {
  return trials.some(({ state }) => state === 'running') ? 'running' : 'queued'
}

/** Null: there is none. */
function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}

/** As short as a cell: `$0.12`, `3m`, `0.5`. */
export function toSign(value: number, by: ColourBy): string {
  if (by === 'cost') return value >= 100 ? `$${Math.round(value)}` : `$${value.toFixed(value < 10 ? 2 : 1)}`
  if (by === 'reward') return formatReward(value)
  const seconds = value / 1000
  if (seconds < 10) return `${seconds.toFixed(1)}s`
  if (seconds < 100) return `${Math.round(seconds)}s`
  return seconds < 6000 ? `${Math.round(seconds / 60)}m` : `${Math.round(seconds / 3600)}h`
}

/** All that is known of a trial, for a tooltip and for readers. */
export function describeTrial(trial: GridTrial): string {
  return [
    trial.trialName,
    MARKS[toMark(trial)].label,
    trial.reward === null ? null : `reward ${formatReward(trial.reward)}`,
    trial.costUsd === null ? null : formatCost(trial.costUsd, trial.costIsEstimate),
    trial.durationMs === null ? null : formatDuration(trial.durationMs),
  ]
    .filter((part) => part !== null)
    .join(', ')
}

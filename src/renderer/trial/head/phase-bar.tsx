import type { Phase } from '../../../contract/outcome.ts'
import { formatDuration } from '../../format/format.ts'
import type { PhasePart, PhaseTimeline } from './phase-parts.ts'

const LOOKS: Readonly<Record<Phase | 'rest', { readonly label: string; readonly fill: string }>> = {
  queued: { label: 'waiting', fill: 'bg-line' },
  'environment-setup': { label: 'environment setup', fill: 'bg-blame-infrastructure opacity-70' },
  'agent-setup': { label: 'agent setup', fill: 'bg-accent opacity-50' },
  'agent-execution': { label: 'agent', fill: 'bg-accent' },
  collection: { label: 'collection', fill: 'bg-dim opacity-60' },
  verification: { label: 'verification', fill: 'bg-blame-task' },
  teardown: { label: 'teardown', fill: 'bg-aborted opacity-80' },
  rest: { label: 'not recorded', fill: 'bg-hover' },
}

/**
 * The time of a trial to scale. Its parts add up to the whole, in the bar and in the numbers below it. `cursorMs`: the
 * moment that the terminal shows.
 */
export function PhaseBar({
  timeline,
  cursorMs,
  onMoment,
}: {
  readonly timeline: PhaseTimeline
  readonly cursorMs: number | null
  /** A moment was clicked. */
  readonly onMoment?: (ms: number) => void
}) {
  const { parts, totalMs, shownTotalMs } = timeline
  const described = parts.map(describe).join(', ')
  return (
    <figure aria-label="Phases" className="px-(--page) pb-2">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys have the replay's slider */}
      <div
        role="img"
        aria-label={`Phases: ${described}; ${formatExact(shownTotalMs)} in all`}
        className="relative flex h-3 overflow-hidden rounded-md bg-hover"
        onClick={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect()
          onMoment?.(((event.clientX - left) / width) * totalMs)
        }}
      >
        {parts.map((part, index) => (
          <div
            key={index}
            title={describe(part)}
            style={{ width: `${part.share * 100}%` }}
            className={`h-full border-r border-bg last:border-r-0 ${LOOKS[part.phase].fill}`}
          />
        ))}
        {cursorMs === null ? null : (
          <div
            aria-hidden
            className="absolute inset-y-0 w-0.5 bg-text"
            style={{ left: `${Math.min(100, (cursorMs / totalMs) * 100)}%` }}
          />
        )}
      </div>
      <figcaption className="mt-1 flex flex-wrap gap-x-4 text-xs text-dim tabular">
        {parts.map((part, index) => (
          <span key={index} className="inline-flex items-center gap-1.5">
            <span aria-hidden className={`size-2 rounded-full ${LOOKS[part.phase].fill}`} />
            {LOOKS[part.phase].label} <span className="text-text">{formatExact(part.shownMs)}</span>
          </span>
        ))}
        <span className="ml-auto">
          = <span className="text-text">{formatExact(shownTotalMs)}</span>
        </span>
      </figcaption>
    </figure>
  )
}

function describe({ phase, shownMs }: PhasePart): string {
  return `${LOOKS[phase].label} ${formatExact(shownMs)}`
}

/** Durations that were rounded together: tenths of a second below a minute, so that the sum can be checked. */
function formatExact(ms: number): string {
  return ms < 60_000 && ms % 1000 !== 0 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms)
}

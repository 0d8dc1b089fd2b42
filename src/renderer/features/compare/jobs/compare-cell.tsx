import type { Comparison } from '../../../../contract/api/stats.ts'
import { paths } from '../../../app/router.ts'
import { MARKS } from '../../../components/outcome.tsx'
import { formatCost, formatDuration } from '../../../format/format.ts'

type Cell = Comparison['tasks'][number]['cells'][number]

/** More trials than this are counted only. */
const MAX_MARKS = 10

/** A side's trials of one task: a mark for each, and what they took. */
export function CompareCell({ cell }: { readonly cell: Cell | undefined }) {
  if (cell === undefined) return null
  const { rate, trials, costUsd, costIsEstimate, durationMs } = cell
  return (
    <span className="flex items-center gap-1.5">
      {trials.slice(0, MAX_MARKS).map((trial) => {
        const { glyph, label, color } = MARKS[trial.outcome ?? 'none']
        return (
          <a
            key={trial.trialName}
            href={`#${paths.trial(trial)}`}
            title={`${trial.trialName}: ${label}`}
            aria-label={`${trial.trialName}: ${label}`}
            className={`inline-flex size-5 shrink-0 items-center justify-center rounded-md font-semibold hover:bg-hover ${color}`}
          >
            <span aria-hidden>{glyph}</span>
          </a>
        )
      })}
      {trials.length < 2 ? null : (
        <span className="text-xs text-dim tabular">
          {rate.resolved}/{rate.total}
        </span>
      )}
      <span className="ml-auto truncate text-xs text-dim tabular">
        {[
          costUsd === null ? null : formatCost(costUsd, costIsEstimate),
          durationMs === null ? null : formatDuration(durationMs),
        ]
          .filter((part) => part !== null)
          .join(' · ')}
      </span>
    </span>
  )
}

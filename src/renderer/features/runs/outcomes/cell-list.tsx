import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { paths } from '../../../app/router.ts'
import { Dialog } from '../../../components/dialog.tsx'
import { OutcomeMark, toMark } from '../../../components/outcome.tsx'
import { Link, Value } from '../../../components/text.tsx'
import { formatCost, formatDuration } from '../../../format/format.ts'
import { toVisible } from '../../../format/visible.ts'

/** The trials of a cell that has several, to choose one. */
export function CellList({
  title,
  trials,
  onClose,
}: {
  readonly title: string
  readonly trials: readonly ListedTrial[]
  readonly onClose: () => void
}) {
  return (
    <Dialog open onClose={onClose} title={toVisible(title)}>
      <ul>
        {trials.map((trial) => (
          <li key={trial.trialName} className="flex h-(--row) items-center gap-4">
            <span className="w-24 shrink-0">
              <OutcomeMark mark={toMark(trial)} />
            </span>
            <Link to={paths.trial(trial)} onClick={onClose} className="min-w-0 flex-1 truncate font-mono text-xs">
              {toVisible(trial.trialName)}
            </Link>
            <Value>{formatCost(trial.costUsd, trial.costIsEstimate)}</Value>
            <span className="w-20 text-right">
              <Value>{formatDuration(trial.durationMs)}</Value>
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

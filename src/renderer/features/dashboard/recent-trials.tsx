import { useState } from 'react'
import type { TrialFilter } from '../../../contract/api/common.ts'
import type { ListedTrial } from '../../../contract/api/trials.ts'
import { navigate, paths } from '../../app/router.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { useCall } from '../../client/queries.ts'
import { DataTable } from '../../components/data-table.tsx'
import { TRIAL_CELLS } from '../../components/trial-cells.tsx'
import { ErrorState } from '../../components/states.tsx'
import { useWide } from '../../components/use-wide.ts'
import { Link } from '../../components/text.tsx'
import { trialKey } from '../../stores/live.ts'
import { toFilterQuery } from '../../stores/trial-filter.ts'

const SHOWN = 10
const COLUMNS = [
  'outcome',
  'taskName',
  'agent',
  'model',
  'steps',
  'reason',
  'durationMs',
  'costUsd',
  'startedAt',
] as const
const CELLS = COLUMNS.flatMap((id) => TRIAL_CELLS.find((cell) => cell.id === id) ?? [])
/** Left out where there is little room. */
const SPARE: ReadonlySet<string> = new Set(['steps', 'costUsd'])

/** The newest trials; all of them are behind the link. */
export function RecentTrials({ filter }: { readonly filter: TrialFilter }) {
  const shown = usePaneShown()
  const isWide = useWide()
  const [current, setCurrent] = useState<string | null>(null)
  const { data, error, refetch } = useCall('trials.query', { filter, limit: SHOWN })
  const trials = data?.trials ?? []
  return (
    <section aria-label="Recent trials" className="flex flex-col pt-6">
      <div className="flex items-baseline gap-3 px-(--page) pb-1">
        <h2 className="text-xs text-dim">Recent trials</h2>
        {data === undefined || data.total <= SHOWN ? null : (
          <Link to={paths.trials(toFilterQuery(filter))} className="text-xs text-dim">
            All {data.total.toLocaleString('en-US')}
          </Link>
        )}
      </div>
      {data === undefined && error !== null ? <ErrorState error={error} retry={() => void refetch()} /> : null}
      <div className="flex flex-col" style={{ height: `calc(var(--row) * ${trials.length + 1} + 4px)` }}>
        <DataTable<ListedTrial>
          label="Recent trials"
          columns={isWide ? CELLS : CELLS.filter(({ id }) => !SPARE.has(id))}
          count={trials.length}
          row={(index) => trials[index]}
          keyOf={trialKey}
          current={current}
          onCurrent={(trial) => setCurrent(trialKey(trial))}
          onOpen={(trial) => navigate(paths.trial(trial))}
          active={shown}
        />
      </div>
    </section>
  )
}

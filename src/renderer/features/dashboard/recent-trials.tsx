import { useState } from 'react'
import type { TrialFilter } from '../../../contract/api/common.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { navigate, paths } from '../../app/router.ts'
import { useCall } from '../../client/queries.ts'
import { DataTable } from '../../components/data-table.tsx'
import { FreshRows } from '../../components/fresh-rows.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { Link } from '../../components/text.tsx'
import { TRIAL_CELLS } from '../../components/trial-cells.tsx'
import { trialKey } from '../../stores/live.ts'
import { toFilterQuery } from '../../stores/trial-filter.ts'
import { useHeldRows } from './use-held-rows.ts'

const SHOWN = 12
const COLUMNS = ['outcome', 'taskName', 'agent', 'model', 'steps', 'durationMs', 'costUsd', 'startedAt'].flatMap((id) =>
  TRIAL_CELLS.filter((cell) => cell.id === id).map(({ sortable: _sortable, ...cell }) => cell),
)

/** The trials that began last. None moves while the pointer is over them. */
export function RecentTrials({ filter }: { readonly filter: TrialFilter }) {
  const shown = usePaneShown()
  const all = { ...filter, states: filter.states ?? (['running', 'finished'] as const).slice() }
  const { data, error, refetch } = useCall('trials.query', { filter: all, limit: SHOWN })
  const held = useHeldRows(data?.trials ?? null, trialKey)
  const [current, setCurrent] = useState<string | null>(null)
  const { rows } = held
  return (
    <section aria-label="Recent trials" className="pt-6" onPointerEnter={() => held.hold(true)} onPointerLeave={() => held.hold(false)}>
      <h2 className="flex items-center gap-3 px-(--page) font-semibold">
        Recent trials
        <Link to={paths.trials(toFilterQuery(filter))} className="font-normal text-accent">
          All {data === undefined ? '' : data.total.toLocaleString('en-US')}
        </Link>
      </h2>
      <FreshRows count={held.fresh} onShow={held.show} />
      {error === null ? null : <ErrorState error={error} retry={() => void refetch()} />}
      {rows === null ? (
        error === null ? (
          <Skeleton rows={6} />
        ) : null
      ) : rows.length === 0 ? (
        <EmptyState title="No trial matches" hint="Take a filter off to see more." />
      ) : (
        <div className="flex flex-col" style={{ height: `calc(${rows.length + 1} * var(--row) + 2px)` }}>
          <DataTable
            label="Recent trials"
            columns={COLUMNS}
            row={(index) => rows[index]}
            count={rows.length}
            keyOf={trialKey}
            current={current}
            onCurrent={(trial) => setCurrent(trialKey(trial))}
            onOpen={(trial) => navigate(paths.trial(trial))}
            active={shown}
          />
        </div>
      )}
    </section>
  )
}

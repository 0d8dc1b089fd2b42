import { useCallback, useState } from 'react'
import type { ListedTrial, TrialColumn } from '../../../contract/api/trials.ts'
import { navigate, paths } from '../../app/router.ts'
import { call } from '../../client/client.ts'
import { useCall } from '../../client/queries.ts'
import { DataTable, type Column } from '../../components/data-table.tsx'
import { FreshRows } from '../../components/fresh-rows.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { Link } from '../../components/text.tsx'
import { TRIAL_CELLS } from '../../components/trial-cells.tsx'
import { usePagedLists } from '../../components/use-paged-lists.ts'
import { toShortName } from '../../format/short-name.ts'
import { toVisible } from '../../format/visible.ts'
import { trialKey } from '../../stores/live.ts'

const KEY = 'attempts'
/** Narrow: it stands beside the list of tasks. */
const COLUMNS: readonly Column<ListedTrial>[] = [
  ...shared('outcome', '92px'),
  { id: 'who', title: 'Agent and model', width: 'minmax(90px, 1.4fr)', cell: (trial) => <Who trial={trial} /> },
  { id: 'trial', title: 'Job', width: 'minmax(72px, 1fr)', cell: (trial) => <TrialName trial={trial} /> },
  ...shared('durationMs', '72px'),
  ...shared('startedAt', '92px'),
]

/** A column as other tables of trials have it, in the order that the engine gave. */
function shared(id: TrialColumn, width: string): readonly Column<ListedTrial>[] {
  return TRIAL_CELLS.filter((cell) => cell.id === id).map(({ sortable: _sortable, ...cell }) => ({ ...cell, width }))
}

/** Every trial of a task, the newest first. Enter opens one. */
export function TaskAttempts({ taskName }: { readonly taskName: string }) {
  const lists = usePagedLists<ListedTrial>(async (_key, offset, limit, signal) => {
    const { total, trials } = await call('trials.query', { filter: { tasks: [taskName] }, offset, limit }, { signal })
    return { total, rows: trials }
  }, taskName)
  const now = useCall('trials.query', { filter: { tasks: [taskName] }, limit: 1 })
  const [current, setCurrent] = useState<string | null>(null)
  const { total, error } = lists.list(KEY)
  const onVisible = useCallback((from: number, to: number) => lists.show(KEY, from, to), [lists])
  const fresh = total === null || now.data === undefined || now.isPlaceholderData ? 0 : now.data.total - total
  if (error !== null) return <ErrorState error={error} retry={() => lists.reload()} />
  return (
    <>
      <FreshRows count={fresh} onShow={() => lists.reload()} />
      <DataTable
        label="Attempts"
        columns={COLUMNS}
        row={(index) => lists.row(KEY, index)}
        count={total ?? 0}
        keyOf={trialKey}
        onVisible={onVisible}
        current={current}
        onCurrent={(trial) => setCurrent(trialKey(trial))}
        onOpen={(trial) => navigate(paths.trial(trial))}
        empty={
          total === null ? (
            <Skeleton />
          ) : (
            <EmptyState title="Nobody has tried it here" hint="Run it to see whether it can be solved." />
          )
        }
      />
    </>
  )
}

function Who({ trial: { agent, model } }: { readonly trial: ListedTrial }) {
  return (
    <span title={model === null ? agent : `${agent} ${toVisible(model)}`}>
      {agent} {model === null ? null : <span className="text-dim">{toVisible(toShortName(model))}</span>}
    </span>
  )
}

function TrialName({ trial }: { readonly trial: ListedTrial }) {
  return (
    <Link to={paths.trial(trial)} title={toVisible(trialKey(trial))}>
      {toVisible(trial.jobName)}
    </Link>
  )
}

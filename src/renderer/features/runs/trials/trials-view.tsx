import { ArrowDownWideNarrow } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import type { TrialFilter } from '../../../../contract/api/common.ts'
import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { useActions } from '../../../app/actions.ts'
import { usePaneShown } from '../../../app/pane-shown.ts'
import { navigate, paths, setQuery } from '../../../app/router.ts'
import { IconButton, Select } from '../../../components/controls.tsx'
import { DataTable } from '../../../components/data-table.tsx'
import { FilterBar } from '../../../components/filter-bar.tsx'
import { FreshRows } from '../../../components/fresh-rows.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../components/states.tsx'
import { useSelection } from '../../../components/use-selection.ts'
import { trialKey } from '../../../stores/live.ts'
import { fromTrialFilter, toTrialFilter } from '../../../stores/trial-filter.ts'
import { useWide } from '../../../components/use-wide.ts'
import { ColumnMenu } from './column-menu.tsx'
import { GroupHead } from './group-head.tsx'
import { GROUPS, rowKey, type GroupBy, type ListRow } from './list-rows.ts'
import { visibleColumns, useColumnChoice } from './trial-columns.ts'
import { TrialSelectionBar } from './trial-selection-bar.tsx'
import { parseSort, toSortText } from './trial-sort.ts'
import { useTrialRows } from './use-trial-rows.ts'
import { useRunsAddress } from '../address.ts'

/** Trials with filters, order and groups, all of which stand in the address. `jobName`: of this job only. */
export function TrialsView({ jobName }: { readonly jobName: string | null }) {
  const { query } = useRunsAddress()
  const by = GROUPS.find((group) => group === query['group']) ?? null
  // Lists of other groups are other lists.
  return <Trials key={by ?? ''} jobName={jobName} by={by} />
}

function Trials({ jobName, by }: { readonly jobName: string | null; readonly by: GroupBy | null }) {
  const shown = usePaneShown()
  const { query } = useRunsAddress()
  const { filter, whole, within } = useFilter(jobName)
  const { sort: sortText } = query
  const sort = useMemo(() => parseSort(sortText), [sortText])
  const rows = useTrialRows(whole, sort, by)
  const [current, setCurrent] = useState<string | null>(null)
  const selection = useSelection<ListedTrial>(trialKey, rows.loaded)
  const chosen = useColumnChoice((choice) => choice.chosen)
  const wide = useWide()
  const columns = useMemo(() => visibleColumns(chosen, { ofJob: jobName !== null, wide }), [chosen, jobName, wide])
  const open = (row: ListRow): void => {
    if (row.kind === 'trial') navigate(paths.trial(row.trial))
    else rows.toggle(row.group.value)
  }
  useActions(
    selection.keys.size === 0
      ? []
      : [
          {
            id: 'trials-clear',
            group: 'Runs',
            title: 'Clear the selection',
            keys: 'escape',
            hidden: true,
            run: selection.clear,
          },
        ],
    shown,
  )
  return (
    <>
      <div className="flex items-start pr-(--page)">
        <div className="min-w-0 flex-1">
          <FilterBar
            filter={filter}
            within={within}
            keys={FILTERS}
            steady={STEADY}
            onChange={(next) =>
              setQuery('runs', { ...fromTrialFilter(next), ...(jobName === null ? {} : { jobNames: null }) })
            }
          />
        </div>
        <span className="mr-1.5 inline-flex h-7 items-center text-dim">Group by</span>
        <Select
          label="Group by"
          value={by ?? ''}
          choices={[{ value: '', label: 'nothing' }, ...GROUPS.map((value) => ({ value, label: value }))]}
          onChange={(value) => setQuery('runs', { group: value === '' ? null : value })}
        />
        <IconButton
          label={rows.isStale ? 'Put the rows in order again' : 'The rows are in order'}
          disabled={!rows.isStale}
          onClick={rows.reload}
        >
          <ArrowDownWideNarrow size={14} />
        </IconButton>
        <ColumnMenu visible={columns} />
      </div>
      {rows.note === null ? null : <p className="px-(--page) pb-1 text-xs text-dim">{rows.note}</p>}
      <FreshRows count={rows.fresh} onShow={rows.reload} />
      {rows.error === null ? (
        <DataTable<ListRow>
          label="Trials"
          columns={columns.map((column) => ({
            ...column,
            cell: (row: ListRow) => (row.kind === 'trial' ? column.cell(row.trial) : null),
          }))}
          wide={(row) => (row.kind === 'group' ? <GroupHead row={row} onToggle={rows.toggle} /> : undefined)}
          row={rows.row}
          count={rows.count ?? 0}
          keyOf={rowKey}
          onOpen={open}
          onVisible={rows.onVisible}
          current={current}
          onCurrent={(row) => setCurrent(rowKey(row))}
          sort={sort}
          onSort={(next) => setQuery('runs', { sort: toSortText(next) })}
          selected={selection.keys}
          onSelect={selection.toggle}
          active={shown}
          empty={rows.count === null ? <Skeleton rows={10} /> : <NoTrials filter={filter} />}
        />
      ) : (
        <ErrorState error={rows.error} retry={rows.reload} />
      )}
      <TrialSelectionBar selection={selection} onChanged={rows.reload} />
    </>
  )
}

const STEADY = ['states', 'outcomes', 'blames', 'exceptionTypes', 'agents', 'models', 'tasks'] as const
const FILTERS = [...STEADY, 'sources', 'backends'] as const

/** `filter` as the address says, `within` what the screen adds, `whole` both. */
function useFilter(jobName: string | null): Readonly<Record<'filter' | 'whole' | 'within', TrialFilter>> {
  const { query } = useRunsAddress()
  return useMemo(() => {
    const asked = toTrialFilter(query)
    if (jobName === null) return { filter: asked, whole: asked, within: {} }
    const { jobNames: _jobNames, ...filter } = asked
    const within = { jobNames: [jobName] }
    return { filter, within, whole: { ...filter, ...within } }
  }, [query, jobName])
}

function NoTrials({ filter }: { readonly filter: TrialFilter }) {
  const clear = useCallback(() => setQuery('runs', fromTrialFilter({})), [])
  if (Object.keys(filter).length === 0) {
    return <EmptyState title="No trials yet" hint="They appear here as soon as a run starts." />
  }
  return (
    <EmptyState title="No trial matches these conditions">
      <button type="button" className="text-accent hover:underline" onClick={clear}>
        Take all conditions off
      </button>
    </EmptyState>
  )
}

import { useMemo, useState } from 'react'
import type { JobSummary } from '../../../../contract/api/jobs.ts'
import { useActions } from '../../../app/actions.ts'
import { usePaneShown } from '../../../app/pane-shown.ts'
import { navigate, paths, setQuery } from '../../../app/router.ts'
import { Button, SearchField } from '../../../components/controls.tsx'
import { DataTable } from '../../../components/data-table.tsx'
import { FreshRows } from '../../../components/fresh-rows.tsx'
import { PageHead } from '../../../components/page.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../components/states.tsx'
import { useSelection } from '../../../components/use-selection.ts'
import { plural } from '../../../format/format.ts'
import { useJobs } from '../../../stores/live.ts'
import { openRunDialog } from '../../../stores/run-dialog.ts'
import { useWide } from '../../../components/use-wide.ts'
import { ViewSwitch } from '../view-switch.tsx'
import { jobColumns } from './job-columns.tsx'
import { parseJobSort, toJobSortText } from './job-sort.ts'
import { JobSelectionBar } from './job-selection-bar.tsx'
import { useJobList } from './use-job-list.ts'
import { useRunsAddress } from '../address.ts'

/** Every job, the newest first where no other order is asked for, live. */
export function JobsScreen() {
  const shown = usePaneShown()
  const { query } = useRunsAddress()
  const text = query['text'] ?? ''
  const { sort: sortText } = query
  const sort = useMemo(() => parseJobSort(sortText), [sortText])
  const list = useJobList(text, sort)
  const [current, setCurrent] = useState<string | null>(null)
  const selection = useSelection<JobSummary>(({ jobName }) => jobName, list.loaded)
  const wide = useWide()
  const widest = useWide(1600)
  useActions(
    [
      { id: 'runs-next', group: 'Runs', title: 'Next and previous', keys: 'j', hidden: true, run: () => {} },
      { id: 'runs-trials', group: 'Runs', title: 'All trials', run: () => navigate('/runs?view=trials') },
      {
        id: 'runs-clear',
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
      <PageHead
        title="Runs"
        answer={<Answer count={list.count} searched={text !== ''} />}
        actions={
          <>
            <ViewSwitch view="jobs" />
            <SearchField
              label="Search jobs"
              value={text}
              onChange={(value) => setQuery('runs', { text: value === '' ? null : value })}
            />
            <Button tone="primary" onClick={() => openRunDialog()}>
              New run
            </Button>
          </>
        }
      />
      <FreshRows count={list.fresh} onShow={list.reload} />
      {list.error === null ? (
        <div
          className="flex min-h-0 flex-1 flex-col"
          onPointerEnter={() => list.hold(true)}
          onPointerLeave={() => list.hold(false)}
        >
          <DataTable
            label="Jobs"
            columns={jobColumns(widest ? 'widest' : wide ? 'wide' : 'narrow')}
            row={list.row}
            count={list.count ?? 0}
            keyOf={({ jobName }) => jobName}
            onOpen={({ jobName }) => navigate(paths.job(jobName))}
            onVisible={list.onVisible}
            current={current}
            onCurrent={({ jobName }) => setCurrent(jobName)}
            sort={sort}
            onSort={(next) => setQuery('runs', { sort: toJobSortText(next) })}
            selected={selection.keys}
            onSelect={selection.toggle}
            active={shown}
            empty={list.count === null ? <Skeleton rows={10} /> : <NoJobs text={text} />}
          />
        </div>
      ) : (
        <ErrorState error={list.error} retry={list.reload} />
      )}
      <JobSelectionBar selection={selection} onDeleted={list.reload} />
    </>
  )
}

function Answer({ count, searched }: { readonly count: number | null; readonly searched: boolean }) {
  const running = [...useJobs().values()].filter(({ state }) => state === 'running')
  const left = running.reduce((sum, { counts }) => sum + counts.queued + counts.running, 0)
  const all = count === null ? '' : `${plural(count, 'job')}${searched ? ' found' : ''}`
  if (running.length === 0) return <>{all === '' ? 'Nothing is running' : `${all}, nothing is running`}</>
  return (
    <>
      {plural(running.length, 'job')} running, {plural(left, 'trial')} left
      {all === '' ? '' : `; ${all}${searched ? '' : ' in all'}`}
    </>
  )
}

function NoJobs({ text }: { readonly text: string }) {
  if (text !== '')
    return (
      <EmptyState title={`No job matches “${text}”`} hint="Names of jobs, agents, models and datasets are searched." />
    )
  return (
    <EmptyState
      title="No runs yet"
      hint="A run tries an agent on tasks and keeps every step. The oracle agent proves that tasks can be solved."
    >
      <Button tone="primary" onClick={() => openRunDialog()}>
        New run
      </Button>
    </EmptyState>
  )
}

import type { JobSummary } from '../../../../contract/api/jobs.ts'
import { useActions } from '../../../app/actions.ts'
import { usePaneShown } from '../../../app/pane-shown.ts'
import { navigate } from '../../../app/router.ts'
import { Button } from '../../../components/controls.tsx'
import { toComparePath } from '../../../components/compare-path.ts'
import { useJobActions } from '../../../components/job-actions.ts'
import { SelectionBar } from '../../../components/selection-bar.tsx'
import type { Selection } from '../../../components/use-selection.ts'
import { plural } from '../../../format/format.ts'
import { hasFailed, isResumable } from '../job/job-facts.ts'

export function JobSelectionBar({
  selection,
  onDeleted,
}: {
  readonly selection: Selection<JobSummary>
  readonly onDeleted: () => void
}) {
  const shown = usePaneShown()
  const actions = useJobActions()
  const { rows } = selection
  const canCompare = rows.length >= 2 && rows.length <= 8
  const compare = (): void =>
    navigate(toComparePath(rows.map(({ jobName }) => ({ jobName, agent: null, model: null }))))
  const running = rows.filter(({ state }) => state === 'running')
  const resumable = rows.filter(isResumable).map(({ jobName }) => jobName)
  const failed = rows.filter(hasFailed).map(({ jobName }) => jobName)
  const remove = async (): Promise<void> => {
    if (!(await actions.deleteJobs(rows))) return
    selection.clear()
    onDeleted()
  }
  useActions(
    canCompare ? [{ id: 'runs-compare', group: 'Runs', title: 'Compare the selected', keys: 'c', run: compare }] : [],
    shown,
  )
  if (rows.length === 0) return null
  return (
    <SelectionBar text={`${plural(rows.length, 'job')} selected`} onClear={selection.clear}>
      <Button
        disabled={!canCompare}
        title={canCompare ? undefined : 'Two to eight jobs can be compared'}
        onClick={compare}
      >
        Compare
      </Button>
      {running.length === 0 ? null : (
        <Button onClick={() => void actions.stopAll(running)}>{ofSome('Stop', running, rows)}</Button>
      )}
      {resumable.length === 0 ? null : (
        <Button onClick={() => void actions.resumeAll(resumable)}>{ofSome('Resume', resumable, rows)}</Button>
      )}
      {failed.length === 0 ? null : (
        <Button onClick={() => void actions.retryFailed(...failed)}>{ofSome('Retry failed', failed, rows)}</Button>
      )}
      <Button
        tone="danger"
        disabled={running.length > 0}
        title={running.length > 0 ? 'Stop the running ones first' : undefined}
        onClick={() => void remove()}
      >
        Delete
      </Button>
    </SelectionBar>
  )
}

/** How many of the chosen are meant, where not all are. */
function ofSome(action: string, fitting: readonly unknown[], rows: readonly unknown[]): string {
  return fitting.length === rows.length ? action : `${action} (${fitting.length})`
}

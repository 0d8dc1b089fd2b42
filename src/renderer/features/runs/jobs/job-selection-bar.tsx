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

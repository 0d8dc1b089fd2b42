import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { useActions } from '../../../app/actions.ts'
import { usePaneShown } from '../../../app/pane-shown.ts'
import { navigate, paths } from '../../../app/router.ts'
import { Button } from '../../../components/controls.tsx'
import { useJobActions } from '../../../components/job-actions.ts'
import { SelectionBar } from '../../../components/selection-bar.tsx'
import type { Selection } from '../../../components/use-selection.ts'
import { plural } from '../../../format/format.ts'
import { useJobs } from '../../../stores/live.ts'
import { isResumable } from '../job/job-facts.ts'

/** What can be done with the trials that are chosen. */
export function TrialSelectionBar({
  selection,
  onChanged,
}: {
  readonly selection: Selection<ListedTrial>
  readonly onChanged: () => void
}) {
  const shown = usePaneShown()
  const actions = useJobActions()
  const jobs = useJobs()
  const { rows } = selection
  const refusal = refuseCompare(rows)
  const finished = rows.filter(({ state }) => state === 'finished')
  const theirs = [...new Set(rows.map(({ jobName }) => jobName))].flatMap((jobName) => jobs.get(jobName) ?? [])
  const active = theirs.filter(({ state }) => state === 'running')
  const resumable = theirs.filter(isResumable).map(({ jobName }) => jobName)
  const compare = (): void => {
    const [a, b] = rows
    if (a !== undefined && b !== undefined) navigate(paths.compareTrials(a, b))
  }
  const remove = async (): Promise<void> => {
    if (!(await actions.deleteTrials(rows))) return
    selection.clear()
    onChanged()
  }
  useActions(
    refusal === null && rows.length > 0
      ? [{ id: 'trials-compare', group: 'Runs', title: 'Compare the selected', keys: 'c', run: compare }]
      : [],
    shown,
  )
  if (rows.length === 0) return null
  return (
    <SelectionBar text={`${plural(rows.length, 'trial')} selected`} onClear={selection.clear}>
      <Button disabled={refusal !== null} title={refusal ?? undefined} onClick={compare}>
        Compare
      </Button>
      <Button disabled={finished.length === 0} onClick={() => void actions.rerun(finished)}>
        Run again
      </Button>
      {active.length === 0 ? null : (
        <Button onClick={() => void actions.stopAll(active)}>
          {active.length === 1 ? 'Stop its job' : `Stop ${active.length} jobs`}
        </Button>
      )}
      {resumable.length === 0 ? null : (
        <Button onClick={() => void actions.resumeAll(resumable)}>
          {resumable.length === 1 ? 'Resume its job' : `Resume ${resumable.length} jobs`}
        </Button>
      )}
      <Button
        tone="danger"
        disabled={active.length > 0}
        title={active.length > 0 ? 'Trials of a running job cannot be deleted' : undefined}
        onClick={() => void remove()}
      >
        Delete
      </Button>
    </SelectionBar>
  )
}

/** Why these trials cannot be compared; null: they can. */
function refuseCompare(rows: readonly ListedTrial[]): string | null {
  if (rows.length !== 2) return 'Choose two trials of one task to compare'
  return rows[0]?.taskName === rows[1]?.taskName ? null : 'Only two trials of the same task can be compared'
}

import { useActions } from '../../../app/actions.ts'
import { usePaneShown } from '../../../app/pane-shown.ts'
import { navigate } from '../../../app/router.ts'
import { useCall } from '../../../client/queries.ts'
import { PageHead } from '../../../components/page.tsx'
import { toTrialFilter } from '../../../stores/trial-filter.ts'
import { ViewSwitch } from '../view-switch.tsx'
import { TrialsView } from './trials-view.tsx'
import { describeTrials } from './describe-trials.ts'
import { useRunsAddress } from '../address.ts'

/** The trials of all jobs. */
export function AllTrials() {
  const shown = usePaneShown()
  const { query } = useRunsAddress()
  const filter = toTrialFilter(query)
  const overview = useCall('stats.overview', { filter })
  const total = useCall('trials.query', { filter, limit: 1 })
  useActions([{ id: 'runs-jobs', group: 'Runs', title: 'All jobs', run: () => navigate('/runs') }], shown)
  return (
    <>
      <PageHead
        title="Runs"
        answer={total.data === undefined ? 'Counting trials' : describeTrials(total.data.total, overview.data)}
        actions={<ViewSwitch view="trials" />}
      />
      <TrialsView jobName={null} />
    </>
  )
}

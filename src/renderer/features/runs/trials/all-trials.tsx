import { useAddress } from '../../../app/router.ts'
import { useActions } from '../../../app/actions.ts'
import { usePaneShown } from '../../../app/panes.tsx'
import { navigate } from '../../../app/router.ts'
import { useCall } from '../../../client/queries.ts'
import { PageHead } from '../../../components/page.tsx'
import { plural } from '../../../format/format.ts'
import { toTrialFilter } from '../../../stores/trial-filter.ts'
import { ViewSwitch } from '../view-switch.tsx'
import { TrialsView } from './trials-view.tsx'
import { describeOverview } from './describe-overview.ts'

/** The trials of all jobs. */
export function AllTrials() {
  const shown = usePaneShown()
  const { query } = useAddress('runs')
  const filter = toTrialFilter(query)
  const overview = useCall('stats.overview', { filter })
  const total = useCall('trials.query', { filter, limit: 1 })
  useActions([{ id: 'runs-jobs', group: 'Runs', title: 'All jobs', run: () => navigate('/runs') }], shown)
  const found = total.data === undefined ? undefined : plural(total.data.total, 'trial')
  return (
    <>
      <PageHead
        title="Runs"
        answer={
          found === undefined
            ? 'Counting trials'
            : [found, ...(overview.data === undefined ? [] : describeOverview(overview.data))].join(', ')
        }
        actions={<ViewSwitch view="trials" />}
      />
      <TrialsView jobName={null} />
    </>
  )
}

import { useState } from 'react'
import { AppError } from '../../../contract/errors.ts'
import { navigate, paths } from '../../app/router.ts'
import { call } from '../../client/client.ts'
import { useCall } from '../../client/queries.ts'
import { Button } from '../../components/controls.tsx'
import { PageHead } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { plural } from '../../format/format.ts'
import { useStatus } from '../../stores/live.ts'
import { notifyError } from '../../stores/notices.ts'
import { openRunDialog } from '../../stores/run-dialog.ts'
import { useSetting } from '../../stores/settings.ts'

/** What this is, and the shortest way to see it work. */
export function Newcomer() {
  const places = useCall('datasets.list', {})
  const status = useStatus()
  const backend = useSetting('containers.backend')
  const concurrency = useSetting('execution.concurrency')
  const [busy, setBusy] = useState(false)
  const samples = places.data?.find(({ origin }) => origin === 'samples') ?? places.data?.[0]
  const start = async (): Promise<void> => {
    if (samples === undefined) throw new AppError('not-found', 'there are no samples here')
    const { jobName } = await call('jobs.start', {
      config: {
        datasets: [{ path: samples.path }],
        agents: [{ name: 'oracle' }],
        n_concurrent_trials: typeof concurrency === 'number' ? concurrency : 4,
      },
      backend: backend === 'docker' || backend === 'podman' || backend === 'sandbox' ? backend : 'auto',
      confirmed: false,
    })
    navigate(paths.job(jobName))
  }
  const run = (): void => {
    setBusy(true)
    start()
      .catch(notifyError)
      .finally(() => setBusy(false))
  }
  return (
    <>
      <PageHead title="Dashboard" answer="Nothing has been run yet" />
      <EmptyState
        title="Run agents on Terminal-Bench tasks, and see why they fail"
        hint="Each task is a container, an instruction and tests. An agent works in the container, the tests judge it, and every step is kept. The oracle agent plays each task’s own solution: it shows that this machine can run them, and needs no key."
      >
        <span className="mt-2 flex gap-2">
          <Button tone="primary" busy={busy} disabled={samples === undefined || status?.backend === null} onClick={run}>
            Run the bundled samples with the oracle
          </Button>
          <Button onClick={() => openRunDialog()}>Set up a run</Button>
        </span>
        <p className="text-xs text-dim">
          {samples === undefined ? 'Looking for tasks' : `${plural(samples.tasks ?? 0, 'task')}, about a minute`}
          {status === null || status.backend !== null ? '' : `; ${status.backendReason ?? 'looking for a backend'}`}
        </p>
      </EmptyState>
    </>
  )
}

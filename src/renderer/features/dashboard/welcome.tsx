import { navigate, paths } from '../../app/router.ts'
import { host } from '../../client/open-host.ts'
import { useAct, useCall } from '../../client/queries.ts'
import { Button } from '../../components/controls.tsx'
import { notifyError } from '../../stores/notices.ts'
import { openRunDialog } from '../../stores/run-dialog.ts'
import { useStatus } from '../../stores/live.ts'
import { useBackendChoice } from '../../stores/settings.ts'

/** For somebody who has run nothing yet: what this is, and one thing to press. */
export function Welcome() {
  const status = useStatus()
  const backend = useBackendChoice()
  const datasets = useCall('datasets.list', {})
  const start = useAct('jobs.start', ['jobs', 'stats'])
  const samples = datasets.data?.find(({ origin }) => origin === 'samples')
  const runSamples = async (): Promise<void> => {
    if (samples === undefined) return
    host.prepareToNotify()
    const { jobName } = await start.mutateAsync({
      config: { datasets: [{ path: samples.path }], agents: [{ name: 'oracle' }] },
      backend,
      confirmed: false,
    })
    navigate(paths.job(jobName))
  }
  return (
    <div className="flex max-w-prose flex-col items-start gap-4 px-(--page) pt-6">
      <p className="text-base">
        Nothing has run yet. TB Command Center runs Terminal-Bench tasks in containers with any agent and model, shows
        every trial live, and keeps what is needed to find out why it passed or failed.
      </p>
      <p className="text-dim">
        The bundled samples are a good first run: the oracle plays each task’s own solution, so all of them should be
        resolved, without a key and without cost.
      </p>
      {status?.backend === null && status.backendReason !== null ? (
        <p className="text-timeout">No backend can run tasks here yet: {status.backendReason}</p>
      ) : null}
      <div className="flex gap-2">
        <Button
          tone="primary"
          busy={start.isPending}
          disabled={samples === undefined}
          onClick={() => void runSamples().catch(notifyError)}
        >
          Run the samples with the oracle
        </Button>
        <Button onClick={() => openRunDialog()}>Set up a run</Button>
        <Button onClick={() => navigate('/tasks')}>Look at the tasks</Button>
      </div>
    </div>
  )
}

import type { TrialRef } from '../../../contract/api/common.ts'
import type { OpenEnvironment } from '../../../contract/api/terminals.ts'
import { paths } from '../../app/router.ts'
import { CopyButton, Link } from '../../components/text.tsx'
import { useNow } from '../../components/use-now.ts'
import { formatDuration } from '../../format/format.ts'
import { useRunningTrial } from '../../stores/live.ts'

/** Which trial or environment a terminal is in, whether typing marks it, and the time that is left. */
export function EnvironmentHead({
  environment,
  trial: watched,
}: {
  readonly environment: OpenEnvironment | null
  /** Whose output is watched: its environment may have ended, or be another process’s. */
  readonly trial: TrialRef | null
}) {
  const running = useRunningTrial(watched ?? NO_TRIAL)
  if (environment === null) {
    return (
      <p className="flex flex-wrap gap-x-3 px-(--page) py-1.5 text-dim">
        {watched === null ? null : (
          <span>
            Trial <Link to={paths.trial(watched)}>{watched.trialName}</Link>
          </span>
        )}
        <span>{running === null ? 'The environment has ended.' : 'watched only'}</span>
      </p>
    )
  }
  const { trial, taskName, backend, containerId, assisted, endsAt } = environment
  return (
    <p className="flex flex-wrap items-center gap-x-3 px-(--page) py-1.5 text-dim">
      {trial === null ? (
        <span>
          Exploring <Link to={paths.task(taskName)}>{taskName}</Link>, no trial
        </span>
      ) : (
        <span>
          Trial <Link to={paths.trial(trial)}>{trial.trialName}</Link>
        </span>
      )}
      <span>{backend}</span>
      {containerId === null ? null : (
        <span className="flex items-center font-mono">
          {containerId.slice(0, 12)}
          <CopyButton text={containerId} label="Copy the container id" />
        </span>
      )}
      {trial === null ? null : (
        <span className={assisted ? 'text-timeout' : ''}>
          {assisted ? 'assisted: this trial no longer counts as the agent’s own' : 'watched only'}
        </span>
      )}
      {endsAt === null ? null : <TimeLeft endsAt={endsAt} />}
    </p>
  )
}

const NO_TRIAL: TrialRef = { jobName: '', trialName: '' }

function TimeLeft({ endsAt }: { readonly endsAt: string }) {
  const nowMs = useNow()
  const leftMs = Math.max(0, new Date(endsAt).getTime() - nowMs)
  return <span className="tabular">{formatDuration(leftMs)} left in this phase</span>
}

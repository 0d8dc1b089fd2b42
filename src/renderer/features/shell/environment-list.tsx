import { Eye, SquareTerminal, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { TrialRef } from '../../../contract/api/common.ts'
import type { ListedTrial } from '../../../contract/api/trials.ts'
import type { OpenEnvironment } from '../../../contract/api/terminals.ts'
import { paths } from '../../app/router.ts'
import { Button, IconButton } from '../../components/controls.tsx'
import { EmptyState } from '../../components/states.tsx'
import { Link } from '../../components/text.tsx'
import { call } from '../../client/client.ts'
import { toVisible } from '../../format/visible.ts'
import { trialKey, useJobs, useRunningTrials } from '../../stores/live.ts'
import { notifyError } from '../../stores/notices.ts'
import { StartEnvironment } from './start-environment.tsx'

/** Every environment that runs now, and how to start one to look around in. */
export function EnvironmentList({
  environments,
  onOpen,
  onWatch,
}: {
  readonly environments: readonly OpenEnvironment[]
  readonly onOpen: (environment: OpenEnvironment) => Promise<void>
  readonly onWatch: (trial: TrialRef, taskName: string) => void
}) {
  const others = useOthersTrials()
  const [starting, setStarting] = useState(false)
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-(--page) py-3">
      <div className="flex items-center gap-2 pb-3">
        <h2 className="font-semibold">Environments</h2>
        <Button className="ml-auto" onClick={() => setStarting(true)}>
          Start an environment
        </Button>
      </div>
      {environments.length === 0 && others.length === 0 ? (
        <EmptyState
          title="No environment is running"
          hint="Running trials appear here. Start a task’s environment to explore it without an agent; it is removed when you close it."
        />
      ) : (
        <ul aria-label="Environments">
          {environments.map((environment) => (
            <EnvironmentRow
              key={environment.environmentId}
              environment={environment}
              onOpen={onOpen}
              onWatch={onWatch}
            />
          ))}
          {others.map((trial) => (
            <OthersRow key={trialKey(trial)} trial={trial} onWatch={onWatch} />
          ))}
        </ul>
      )}
      <StartEnvironment open={starting} onClose={() => setStarting(false)} />
    </div>
  )
}

/** Trials that other processes run: their environments are not this engine’s to type into. */
function useOthersTrials(): readonly ListedTrial[] {
  const jobs = useJobs()
  const running = useRunningTrials()
  return [...running.values()].filter(({ jobName }) => jobs.get(jobName)?.own === false)
}

function OthersRow({
  trial,
  onWatch,
}: {
  readonly trial: ListedTrial
  readonly onWatch: (trial: TrialRef, taskName: string) => void
}) {
  const { jobName, trialName, taskName, backend, live } = trial
  return (
    <li className="flex min-h-(--row) items-center gap-3 border-b border-line py-1">
      <span className="text-running">
        ◐ <span className="sr-only">running</span>
      </span>
      <span className="w-64 min-w-0 truncate">
        <Link to={paths.trial(trial)}>{toVisible(trialName)}</Link>
      </span>
      <span className="w-24 text-dim">trial</span>
      <span className="w-44 truncate font-mono text-xs text-dim">
        {backend} {live?.containerId?.slice(0, 12) ?? ''}
      </span>
      <span className="min-w-0 flex-1 truncate text-dim">run by another process: it can be watched only</span>
      <Button onClick={() => onWatch({ jobName, trialName }, taskName)}>
        <Eye size={14} /> Watch
      </Button>
    </li>
  )
}

function EnvironmentRow({
  environment,
  onOpen,
  onWatch,
}: {
  readonly environment: OpenEnvironment
  readonly onOpen: (environment: OpenEnvironment) => Promise<void>
  readonly onWatch: (trial: TrialRef, taskName: string) => void
}) {
  const { trial, taskName, backend, containerId, state, message, assisted, environmentId } = environment
  const ready = state === 'running'
  return (
    <li className="flex min-h-(--row) items-center gap-3 border-b border-line py-1">
      <span className={ready ? 'text-running' : state === 'failed' ? 'text-failure' : 'text-dim'}>
        {ready ? '◐' : state === 'failed' ? '!' : '◌'} <span className="sr-only">{state}</span>
      </span>
      <span className="w-64 min-w-0 truncate">
        {trial === null ? (
          <Link to={paths.task(taskName)}>{taskName}</Link>
        ) : (
          <Link to={paths.trial(trial)}>{trial.trialName}</Link>
        )}
      </span>
      <span className="w-24 text-dim">{trial === null ? 'exploring' : assisted ? 'assisted trial' : 'trial'}</span>
      <span className="w-44 truncate font-mono text-xs text-dim">
        {backend} {containerId?.slice(0, 12) ?? ''}
      </span>
      <span className="min-w-0 flex-1 truncate text-dim" title={message ?? undefined}>
        {message}
      </span>
      {trial === null ? null : (
        <Button onClick={() => onWatch(trial, taskName)}>
          <Eye size={14} /> Watch
        </Button>
      )}
      <Button disabled={!ready} onClick={() => void onOpen(environment)}>
        <SquareTerminal size={14} /> Terminal
      </Button>
      {trial === null ? (
        <IconButton
          label={`Remove the environment of ${taskName}`}
          onClick={() => void call('environments.stop', { environmentId }).catch(notifyError)}
        >
          <Trash2 size={14} />
        </IconButton>
      ) : null}
    </li>
  )
}

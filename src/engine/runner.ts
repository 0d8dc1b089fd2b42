import { isJobEvent, isTrialEvent } from '../contract/events.ts'
import type { HostTree } from '../core/agent/host.ts'
import { computeRates } from '../core/analysis/rates.ts'
import type { ContainerBackend, OwnerId } from '../core/environment/backend.ts'
import { isJudged } from '../core/job/outcome.ts'
import type { Clock, TrialRow } from '../core/job/ports.ts'
import { MIN_SECRET_LENGTH, secretValues } from '../core/job/secrets.ts'
import { DEFAULT_LOG_POLICY, type LogPolicy } from '../core/settings/apply.ts'
import { openJob, type OpenJob } from '../node/fs/job-files.ts'
import type { IndexStore } from '../node/sqlite/sqlite-store.ts'
import type { BackgroundSweep } from './background-sweep.ts'
import type { Backends } from './backends.ts'
import { findAgain } from './earlier-run.ts'
import type { JobObserver, JobReport, RunSignals } from './engine.ts'
import { sweep } from './owner-sweep.ts'
import type { SettledJob } from './prepare.ts'
import { pruneJob } from './prune-logs.ts'
import type { SettledResume } from './resume.ts'
import { runSettledJob } from './run.ts'

export interface RunnerDeps {
  readonly jobsDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly backends: Backends
  readonly backgroundSweep: BackgroundSweep
  readonly host: HostTree
  readonly clock: Clock
  readonly index: IndexStore
  readonly owner: () => Promise<OwnerId>
  /** Keys of the user's store. */
  readonly secrets?: () => Readonly<Record<string, string>>
  /** What jobs keep of their logs; absent: DEFAULT_LOG_POLICY. */
  readonly logs?: () => LogPolicy
}

/** Runs settled jobs: takes the job's folder, sweeps what dead engines left, reports what happened. */
export function createRunner(deps: RunnerDeps) {
  return {
    async run(
      job: SettledJob,
      resume: Pick<SettledResume, 'retryExceptions'> | null,
      observer: JobObserver,
      signals: RunSignals,
    ): Promise<JobReport> {
      const owner = await deps.owner()
      const { backend, probe } = job.chosen
      // Leftovers of dead engines take room and names; that they cannot be swept now is no reason not to run.
      await sweep(backend, { kept: false }).catch(() => null)
      deps.backgroundSweep.begin(backend.name)
      const files = await openJob(deps.jobsDir, job.jobName, {
        mode: resume === null ? 'create' : 'existing',
        owner,
        secrets: secretsOf(job, deps.secrets?.() ?? {}),
        clock: deps.clock,
        index: deps.index,
      })
      const stop = observe(files, job.jobName, observer)
      const forced = removeOnForce(backend, job.jobId, signals.force)
      try {
        const earlier = resume === null ? null : findAgain(job, resume.retryExceptions)
        const { env: hostEnv, host, clock } = deps
        const logs = deps.logs?.() ?? DEFAULT_LOG_POLICY
        const onOutput = (trialName: string, data: Uint8Array): void => observer.onOutput(trialName, data)
        const onEnvironment: JobObserver['onEnvironment'] = (trialName, live) =>
          observer.onEnvironment?.(trialName, live)
        const end = await runSettledJob(
          job,
          earlier,
          {
            files,
            backend,
            backendVersion: probe.version,
            host,
            clock,
            owner,
            maxLogBytes: logs.maxLogBytes,
            hostEnv,
            onOutput,
            onEnvironment,
          },
          signals,
        )
        await pruneJob(files.directory, end.records, deps.logs?.() ?? DEFAULT_LOG_POLICY, clock.timestamp())
        await deps.index.flush()
        return report(job, end.state, await deps.index.listTrials(job.jobName), files.directory)
      } finally {
        forced.dispose()
        stop()
        await files.release()
      }
    },
  }
}

/** Every sensitive value that a trial of the job is given, and the user's keys, whatever name they were given on by. */
function secretsOf({ plans }: SettledJob, stored: Readonly<Record<string, string>>): readonly string[] {
  const given = secretValues(
    plans.flatMap(({ agentEnv, verifierEnv, solutionEnv, environment }) => [
      agentEnv,
      verifierEnv,
      solutionEnv,
      environment.env,
    ]),
  )
  const others = plans.flatMap(({ otherSecrets }) => otherSecrets)
  return [
    ...new Set([...given, ...others, ...Object.values(stored).filter((value) => value.length >= MIN_SECRET_LENGTH)]),
  ]
}

function observe(files: OpenJob, jobName: string, observer: JobObserver): () => void {
  return files.subscribe((stream, event) => {
    if (stream !== jobName && isTrialEvent(event)) observer.onTrialEvent(stream.slice(jobName.length + 1), event)
    else if (isJobEvent(event)) observer.onJobEvent(event)
  })
}

/** On a forced stop nothing is waited for: the job's containers go at once, and what still ran in them fails. Kept ones stay. */
function removeOnForce(backend: ContainerBackend, jobId: string, force: AbortSignal): { dispose: () => void } {
  const onForce = (): void => {
    const removal = backend.list().then(async (listed) => {
      const own = listed.filter(({ labels, kept }) => labels?.jobId === jobId && !kept)
      await Promise.allSettled(own.map(async ({ id }) => backend.remove(id)))
    })
    // What an engine that does not answer keeps is swept at the next start.
    removal.catch(() => {})
  }
  force.addEventListener('abort', onForce, { once: true })
  return { dispose: () => force.removeEventListener('abort', onForce) }
}

function report(job: SettledJob, state: JobReport['state'], trials: readonly TrialRow[], directory: string): JobReport {
  const asked = job.config.verifier.disable || job.config.install_only
  const endedAsAsked = (trial: TrialRow): boolean => asked && trial.state === 'finished' && trial.exceptionType === null
  return {
    jobName: job.jobName,
    directory,
    state,
    trials,
    rates: computeRates(trials),
    allJudged: state === 'completed' && trials.every((trial) => isJudged(trial) || endedAsAsked(trial)),
  }
}

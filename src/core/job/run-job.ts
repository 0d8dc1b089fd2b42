import PQueue from 'p-queue'
import type { RetryConfig } from '../../contract/harbor/job-config.ts'
import type { TrialRecord } from '../../contract/trial.ts'
import type { HostTree } from '../agent/host.ts'
import type { ContainerBackend, OwnerId } from '../environment/backend.ts'
import { taskLabels } from '../task/labels.ts'
import { createAgentSlots, type AgentSlot } from './agent-slots.ts'
import { createJobProgress, type JobProgress, type JobProgressStart } from './job-progress.ts'
import { tookMs } from './phases.ts'
import type { TrialPlan } from './plan.ts'
import type { Clock, JobFiles, JobJournal } from './ports.ts'
import { withReadableLog } from './readable-log.ts'
import { isRetried, retryDelayMs } from './retry.ts'
import type { EndedTrial } from './trial-files.ts'
import type { LiveEnvironment } from './trial-run.ts'
import { runTrial, type Moment, type TrialSignals } from './trial.ts'

/** A job that is ready to run. Some of its trials may have ended in an earlier run of it. */
export interface JobPlan {
  readonly jobName: string
  /** Trials to run, in the order in which they are admitted. */
  readonly trials: readonly TrialPlan[]
  readonly progress: JobProgressStart
  readonly concurrency: number
  readonly retry: RetryConfig
  readonly backendReason: string | null
  readonly resumed: boolean
  /** Trials whose directories are kept as archives before they run again, and why. */
  readonly replace: ReadonlyMap<string, 'resume' | 'force'>
  /** How often each trial was replaced before. */
  readonly replacedCounts: ReadonlyMap<string, number>
}

export interface JobPorts {
  readonly files: JobFiles
  readonly backend: ContainerBackend
  readonly backendVersion: string
  readonly host: HostTree
  readonly clock: Clock
  /** The host's variables: a sensitive setting that equals one is written as a reference to it. */
  readonly hostEnv: Readonly<Record<string, string | undefined>>
  readonly owner: OwnerId
  /** See TrialPorts. */
  readonly maxLogBytes: number
  readonly onOutput: (trialName: string, data: Uint8Array) => void
  /** See TrialPorts. */
  readonly onEnvironment?: (trialName: string, environment: LiveEnvironment | null) => void
}

export interface JobEnd {
  readonly state: 'completed' | 'cancelled'
  /** Of the trials that ran now, in the order in which they ended. */
  readonly records: readonly TrialRecord[]
}

/**
 * Runs all trials of a job that have no result, under its limits. Rejects only when the job's own files cannot be
 * written; every result that was reached before that is on disk.
 */
export async function runJob(plan: JobPlan, ports: JobPorts, signals: TrialSignals): Promise<JobEnd> {
  const { journal, text: readableLog } = withReadableLog(await ports.files.openJournal(), {
    clock: ports.clock,
    redact: (text) => ports.files.redact(text),
  })
  const progress = createJobProgress(plan.progress, ports.files, ports.clock)
  const stopNotes = noteStopping(journal, signals)
  try {
    announce(plan, ports, journal)
    const records = await admitAll({ plan, ports, journal, progress, agentSlot: createAgentSlots() }, signals)
    const complete = records.length === plan.trials.length && !records.some(isCancelled)
    const state = complete ? 'completed' : 'cancelled'
    await progress.finish(complete)
    journal.append({ type: 'job.finished', state })
    await writeLog(ports.files, readableLog())
    return { state, records }
  } finally {
    stopNotes.dispose()
    await journal.close()
  }
}

/** Harbor's name for it. What earlier runs told stays, also where it cannot be read now; the events have all of it. */
async function writeLog(files: JobFiles, text: string): Promise<void> {
  await files
    .readText('job.log', MAX_LOG_BYTES)
    .then(async (earlier) => files.writeText('job.log', `${earlier ?? ''}${text}`))
    .catch(() => {})
}

const MAX_LOG_BYTES = 64 * 1024 ** 2

interface JobRun {
  readonly plan: JobPlan
  readonly ports: JobPorts
  readonly journal: JobJournal
  readonly progress: JobProgress
  readonly agentSlot: AgentSlot
}

function announce(plan: JobPlan, ports: JobPorts, journal: JobJournal): void {
  const { jobName, progress, backendReason, concurrency, resumed } = plan
  const { name: backend } = ports.backend
  const { totalTrials, finished } = progress
  const counts = { totalTrials, finishedTrials: finished.length, concurrency, resumed }
  journal.append({
    type: 'job.started',
    jobId: progress.jobId,
    jobName,
    backend,
    backendVersion: ports.backendVersion,
    backendReason,
    ...counts,
  })
  for (const { trialId, trialName, task, agent, agentConfig, attempt, source } of plan.trials) {
    const { difficulty, category } = taskLabels(task.config)
    journal.append({
      type: 'trial.planned',
      trialId,
      trialName,
      taskName: task.name,
      agent: agent.name,
      model: agentConfig.model_name,
      attempt,
      labels: { source, difficulty, category },
    })
  }
}

function noteStopping(journal: JobJournal, { cancel, force }: TrialSignals): { dispose: () => void } {
  const onCancel = (): void => journal.append({ type: 'job.stopping', reason: 'asked to stop', force: false })
  const onForce = (): void => journal.append({ type: 'job.stopping', reason: 'asked to stop at once', force: true })
  cancel.addEventListener('abort', onCancel, { once: true })
  force.addEventListener('abort', onForce, { once: true })
  return {
    dispose() {
      cancel.removeEventListener('abort', onCancel)
      force.removeEventListener('abort', onForce)
    },
  }
}

/**
 * Admits every trial in order; returns when all that were admitted have ended. A cancelled job admits no more; so does
 * one whose files cannot be written, whose running trials are cancelled too.
 */
async function admitAll(job: JobRun, signals: TrialSignals): Promise<TrialRecord[]> {
  const records: TrialRecord[] = []
  const broken = new AbortController()
  const stopping = { ...signals, cancel: AbortSignal.any([signals.cancel, broken.signal]) }
  const queue = new PQueue({ concurrency: job.plan.concurrency })
  const queuedAt = now(job.ports.clock)
  const runs = job.plan.trials.map(async (trial) =>
    queue.add(async () => {
      if (stopping.cancel.aborted) return
      try {
        const record = await runWithRetries(job, trial, queuedAt, stopping)
        if (record !== null) records.push(record)
      } catch (error) {
        broken.abort()
        throw error
      }
    }),
  )
  const ends = await Promise.allSettled(runs)
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return records
}

/** Null: the job was cancelled while the trial waited for a retry, so it is still to run. */
async function runWithRetries(
  job: JobRun,
  trial: TrialPlan,
  firstQueuedAt: Moment,
  signals: TrialSignals,
): Promise<TrialRecord | null> {
  const { plan, ports, journal, progress } = job
  const { trialId, trialName } = trial
  const reason = plan.replace.get(trialName)
  if (reason !== undefined) await replaceTrial(job, trial, reason)
  let replaced = (plan.replacedCounts.get(trialName) ?? 0) + (reason === undefined ? 0 : 1)
  let queuedAt = firstQueuedAt
  for (let retry = 1; ; retry += 1) {
    const { record, finished } = await runOnce(job, trial, { queuedAt, replaced }, signals)
    const exceptionType = record.exception?.type ?? null
    if (exceptionType === null || signals.cancel.aborted || !isRetried(exceptionType, plan.retry, retry - 1)) {
      progress.ended(finished)
      return record
    }
    queuedAt = now(ports.clock)
    const delayMs = retryDelayMs(plan.retry, retry)
    journal.append({ type: 'trial.retry-scheduled', trialId, trialName, retry, delayMs, exceptionType })
    // Before the wait, as Harbor does it: whoever stops or kills the job in it leaves a trial that is still to run.
    await replaceTrial(job, trial, 'retry')
    progress.retried(trialName)
    replaced += 1
    await ports.clock.sleep(delayMs, signals.cancel)
    if (signals.cancel.aborted) return null
  }
}

async function runOnce(
  job: JobRun,
  trial: TrialPlan,
  state: { queuedAt: Moment; replaced: number },
  signals: TrialSignals,
): Promise<EndedTrial> {
  const { ports, journal, progress, agentSlot } = job
  const { trialId, trialName } = trial
  journal.append({ type: 'trial.admitted', trialId, trialName })
  progress.started(trialName)
  const trialPorts = {
    ...ports,
    files: ports.files.trial(trialName),
    replaced: state.replaced,
    agentSlot: <T>(work: () => Promise<T>) => agentSlot(trial, work),
    onOutput: (data: Uint8Array) => ports.onOutput(trialName, data),
    onEnvironment: (environment: LiveEnvironment | null) => ports.onEnvironment?.(trialName, environment),
  }
  const ended = await runTrial(trial, trialPorts, state.queuedAt, signals)
  const { outcome, blame, reward, exception, phases } = ended.record
  const durationMs = tookMs(phases)
  journal.append({
    type: 'trial.ended',
    trialId,
    trialName,
    outcome,
    blame,
    reward,
    exceptionType: exception?.type ?? null,
    durationMs,
  })
  return ended
}

async function replaceTrial(
  { ports, journal }: JobRun,
  { trialId, trialName }: TrialPlan,
  reason: 'retry' | 'resume' | 'force',
): Promise<void> {
  const archive = await ports.files.replaceTrial(trialName)
  journal.append({ type: 'trial.replaced', trialId, trialName, archive, reason })
}

function now(clock: Clock): Moment {
  return { timestamp: clock.timestamp(), monotonicMs: clock.monotonicMs() }
}

function isCancelled(record: TrialRecord): boolean {
  return record.outcome === 'aborted'
}

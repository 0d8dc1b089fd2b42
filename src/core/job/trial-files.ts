import type { TrialResult } from '../../contract/harbor/trial-result.ts'
import type { TrialRecord } from '../../contract/trial.ts'
import { modelUsageOf, type ModelUsage } from '../trajectory/model-usage.ts'
import { toTrialConfigJson, toTrialLockJson, toTrialResultJson } from './harbor-write.ts'
import type { FinishedTrial } from './finished-trial.ts'
import { toTrialLock } from './lock.ts'
import { tookMs } from './phases.ts'
import { toTrialRecord } from './trial-record.ts'
import { agentVersionOf, type Timing, type TrialRun } from './trial-run.ts'

/** A trial whose files are all on disk. */
export interface EndedTrial {
  readonly record: TrialRecord
  readonly finished: FinishedTrial
}

/** Opens the trial's stream. */
export function announceTrial(run: TrialRun): void {
  const { plan, ports } = run
  run.emit({
    type: 'trial.started',
    trialId: plan.trialId,
    trialName: plan.trialName,
    jobId: plan.jobId,
    taskName: plan.task.name,
    taskDigest: plan.taskDigest,
    agent: plan.agent.name,
    model: plan.agentConfig.model_name,
    attempt: plan.attempt,
    backend: ports.backend.name,
  })
}

/** The files that say what a trial is about to do. */
export async function writeTrialStart({ plan, ports }: TrialRun): Promise<void> {
  const { files, hostEnv } = ports
  await Promise.all([
    files.writeText('lock.json', toTrialLockJson(toTrialLock(plan), hostEnv)),
    files.writeText('config.json', toTrialConfigJson(plan.config, hostEnv)),
    ...['agent', 'verifier', 'artifacts'].map(async (folder) => files.makeDirectory(folder)),
  ])
}

/**
 * Closes a trial: everything else first, `result.json` last. A directory without it is unfinished and runs again.
 */
export async function closeTrial(run: TrialRun, startedAt: string): Promise<EndedTrial> {
  const { files, clock, replaced } = run.ports
  await files.scrub()
  const phases = await run.finish()
  const finishedAt = clock.timestamp()
  const record = toTrialRecord(run, { startedAt, finishedAt, phases, replaced })
  run.emit({
    type: 'trial.finished',
    outcome: record.outcome,
    blame: record.blame,
    evidence: record.evidence,
    reward: record.reward,
    durationMs: tookMs(phases),
  })
  const { exception } = run.facts
  await Promise.all([
    run.journal.close(),
    files.writeText('trial.log', run.readableLog()),
    files.writeText('tbcc.json', `${JSON.stringify(record, null, 2)}\n`),
    ...(exception === null ? [] : [files.writeText('exception.txt', exception.traceback)]),
  ])
  const result = toHarborResult(run, { startedAt, finishedAt, modelUsage: await readModelUsage(run) })
  await files.writeText('result.json', toTrialResultJson(result, run.ports.hostEnv))
  return { record, finished: toFinishedTrial(run, record) }
}

function toFinishedTrial({ plan, facts }: TrialRun, record: TrialRecord): FinishedTrial {
  const { trialName, taskName, agent, model, exception, usage } = record
  return {
    trialName,
    taskName,
    agent,
    model,
    source: plan.source,
    rewards: facts.rewards,
    exceptionType: exception?.type ?? null,
    usage,
  }
}

/** As Harbor, from the trajectory of whatever agent; not of one that is too large to be read at once. */
async function readModelUsage({ facts, ports }: TrialRun): Promise<ModelUsage | null> {
  if (!facts.agentStarted) return null
  const trajectory = await ports.files.readText('agent/trajectory.json')
  return trajectory === null ? null : modelUsageOf(trajectory)
}

function toHarborResult(
  run: TrialRun,
  {
    startedAt,
    finishedAt,
    modelUsage,
  }: { readonly startedAt: string; readonly finishedAt: string; readonly modelUsage: ModelUsage | null },
): TrialResult {
  const { plan, facts, ports } = run
  const { exception, usage } = facts
  return {
    id: plan.trialId,
    task_name: plan.task.name,
    trial_name: plan.trialName,
    trial_uri: ports.files.uri,
    task_id: { path: plan.task.directory },
    source: plan.source,
    task_checksum: plan.taskChecksum,
    config: plan.config,
    agent_info: {
      name: plan.agent.name,
      version: agentVersionOf(run),
      model_info: toModelInfo(plan.agentConfig.model_name),
    },
    agent_result: facts.agentStarted
      ? {
          n_input_tokens: usage.inputTokens,
          n_cache_tokens: usage.cachedTokens,
          n_output_tokens: usage.outputTokens,
          cost_usd: usage.costUsd,
          model_usage: modelUsage,
          rollout_details: null,
          metadata: null,
        }
      : null,
    verifier_result: facts.rewards === null ? null : { rewards: facts.rewards },
    verifier_environment_mode: 'shared',
    exception_info:
      exception === null
        ? null
        : {
            exception_type: exception.info.type,
            exception_message: exception.info.message,
            exception_traceback: exception.traceback,
            occurred_at: exception.info.occurredAt,
          },
    started_at: startedAt,
    finished_at: finishedAt,
    environment_setup: toTiming(facts.timings.environment_setup),
    agent_setup: toTiming(facts.timings.agent_setup),
    agent_execution: toTiming(facts.timings.agent_execution),
    verifier: toTiming(facts.timings.verifier),
    step_results: null,
  }
}

/** `provider/name`; a name alone has no provider. */
function toModelInfo(model: string | null): { name: string; provider: string | null } | null {
  if (model === null) return null
  const slash = model.indexOf('/')
  return slash === -1
    ? { name: model, provider: null }
    : { name: model.slice(slash + 1), provider: model.slice(0, slash) }
}

function toTiming(timing: Timing | undefined): { started_at: string; finished_at: string | null } | null {
  return timing === undefined ? null : { started_at: timing.startedAt, finished_at: timing.finishedAt }
}

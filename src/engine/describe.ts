import type { PreparedJob, PreparedTrial } from './engine.ts'
import { serverVariables } from '../core/agent/mcp/resolve.ts'
import { imageSourceOf } from '../core/environment/image-source.ts'
import type { SettledJob } from './prepare.ts'
import type { TrialPlan } from '../core/job/plan.ts'
import { freeBytes } from '../node/fs/disk-space.ts'
import { listWarnings } from './warnings.ts'

/** Room for the files of one trial, by experience with logs of agents: an estimate, said to be one. */
const TRIAL_FILES_BYTES = 20 * 1024 ** 2

/** A settled job as its hosts show it before the start. */
export async function describeJob(
  job: SettledJob,
  env: Readonly<Record<string, string | undefined>>,
  resumed: { readonly finishedTrials: number; readonly missingSecrets: readonly string[] },
): Promise<PreparedJob> {
  const { chosen } = job
  const images = await describeImages(job)
  const unfit = await Promise.all(job.plans.map(async (plan) => whyUnfit(plan, job)))
  const trials = job.plans.map((plan, index) => describeTrial(plan, unfit[index] ?? null))
  // What is refused whatever this host has set needs nothing of it.
  const fit = job.plans.filter((_, index) => unfit[index] === null)
  return {
    jobName: job.jobName,
    directory: job.directory,
    backend: { name: chosen.backend.name, version: chosen.probe.version, reason: chosen.reason },
    config: job.config,
    trials,
    finishedTrials: resumed.finishedTrials,
    invalidTasks: job.invalid,
    hostVariables: hostVariables(fit, env),
    missingSecrets: resumed.missingSecrets,
    missingKeys: missingKeys(fit, env),
    warnings: listWarnings(job.plans.filter((_, index) => trials[index]?.refusal === null)),
    images,
    estimate: { diskBytes: trials.length * TRIAL_FILES_BYTES, freeBytes: await freeBytes(job.directory) },
  }
}

/** Why a trial cannot run here, whatever variables this host has; null: it can. */
async function whyUnfit({ task, refusal, environment }: TrialPlan, { chosen }: SettledJob): Promise<string | null> {
  if (task.unsupported.length > 0) return task.unsupported.join('; ')
  if (refusal?.code === 'unsupported') return refusal.message
  return chosen.backend.refuse(environment)
}

function describeTrial(plan: TrialPlan, unfit: string | null): PreparedTrial {
  return {
    trialName: plan.trialName,
    taskName: plan.task.name,
    agent: plan.agent.name,
    model: plan.agentConfig.model_name,
    attempt: plan.attempt,
    refusal: unfit ?? plan.refusal?.message ?? null,
    agentTimeoutMs: plan.timeouts.agentMs,
    timeouts: plan.timeouts,
  }
}

async function describeImages({ plans, chosen }: SettledJob): Promise<PreparedJob['images']> {
  const { backend } = chosen
  const sources = await Promise.all(
    plans.map(async ({ environment }) => backend.imageOf(environment).catch(() => imageSourceOf(environment))),
  )
  const built = new Map(sources.map(({ name, isBuilt }) => [name, isBuilt]))
  const present = await backend.hasImages([...built.keys()]).catch(() => new Map<string, never>())
  return [...built].map(([name, isBuilt]) => {
    const found = present.get(name)
    return { name, built: isBuilt, present: found?.present ?? false, sizeBytes: found?.sizeBytes ?? null }
  })
}

function hostVariables(
  plans: readonly TrialPlan[],
  env: Readonly<Record<string, string | undefined>>,
): PreparedJob['hostVariables'] {
  const agents = new Map(plans.map(({ agentIndex, agentConfig }) => [agentIndex, agentConfig]))
  const read = [
    ...plans.flatMap(({ task, hostVariables }) =>
      hostVariables.map((variable) => ({ ...variable, task: task.name, server: null })),
    ),
    // What `--ae` gives is no variable of the host.
    ...[...agents.values()].flatMap(({ mcp_servers: servers, env: given }) =>
      serverVariables(servers).flatMap((variable) => (variable.name in given ? [] : [{ ...variable, task: null }])),
    ),
  ]
  return [...Map.groupBy(read, ({ name }) => name)].map(([name, uses]) => ({
    name,
    isSet: env[name] !== undefined,
    hasDefault: uses.every(({ hasDefault }) => hasDefault),
    tasks: [...new Set(uses.flatMap(({ task }) => task ?? []))],
    servers: [...new Set(uses.flatMap(({ server }) => server ?? []))],
  }))
}

function missingKeys(
  plans: readonly TrialPlan[],
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const named = plans.flatMap(({ refusal }) => refusal?.details['variable'] ?? [])
  return [...new Set(named.filter((name) => typeof name === 'string'))].filter((name) => env[name] === undefined)
}

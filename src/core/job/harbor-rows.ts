import { z } from 'zod'
import { Timestamp, type TestSummary } from '../../contract/trial.ts'
import { decidingReward, deriveOutcome } from './outcome.ts'
import type { JobRow, TrialRow } from './ports.ts'
import { reasonOf } from './reason.ts'

/*
 * Rows of the index from Harbor's files alone: jobs that Harbor itself ran, and trials whose `tbcc.json` is missing.
 * Read leniently: a field that is absent or odd is null, so that files of older versions are listed too.
 */

const text = z.string().nullable().catch(null)
const number = z.number().nullable().catch(null)
const time = Timestamp.nullable().catch(null)

const AgentPart = z.object({ name: text, import_path: text, model_name: text }).partial().catch({})
const EnvironmentPart = z.object({ type: text, import_path: text }).partial().catch({})

/** The parts of a trial's `result.json` that the index shows. */
export const HarborTrialResult = z.object({
  id: text,
  task_name: z.string(),
  source: text,
  config: z.object({ agent: AgentPart, environment: EnvironmentPart }).partial().catch({}),
  agent_info: z.object({ name: z.string() }).nullable().catch(null),
  agent_result: z
    .object({ n_input_tokens: number, n_cache_tokens: number, n_output_tokens: number, cost_usd: number })
    .partial()
    .nullable()
    .catch(null),
  verifier_result: z
    .object({ rewards: z.record(z.string(), z.number()).nullable().catch(null) })
    .nullable()
    .catch(null),
  exception_info: z
    .object({ exception_type: z.string(), exception_message: z.string().catch('') })
    .nullable()
    .catch(null),
  started_at: time,
  finished_at: time,
})
export type HarborTrialResult = z.infer<typeof HarborTrialResult>

/** The parts of a trial's or a job's `config.json`; keys equal to Harbor's defaults are not in it. */
export const HarborConfig = z.object({
  job_id: text.optional(),
  task: z.object({ path: text, name: text, source: text }).partial().catch({}),
  agent: AgentPart.optional(),
  agents: z.array(AgentPart).optional().catch([]),
  environment: EnvironmentPart.optional(),
})
export type HarborConfig = z.infer<typeof HarborConfig>

/** The parts of a job's `result.json`. Its `started_at` and `finished_at` are local times without an offset. */
export const HarborJobResult = z.object({
  id: z.string(),
  finished_at: text,
  n_total_trials: z.number().int().catch(0),
})
export type HarborJobResult = z.infer<typeof HarborJobResult>

export function fromHarborResult(
  jobName: string,
  trialName: string,
  result: HarborTrialResult,
  { tests, steps }: { readonly tests: TestSummary | null; readonly steps: number | null },
): TrialRow {
  const exceptionType = result.exception_info?.exception_type ?? null
  const rewards = result.verifier_result?.rewards ?? null
  const usage = result.agent_result
  const judgement = deriveOutcome({
    exceptionType,
    exceptionPhase: null,
    rewards,
    tampered: false,
    stuckIn: null,
    cutShortBy: null,
    verifierToolsUnreachable: false,
  })
  const reward = decidingReward(rewards)
  return {
    ...emptyRow(jobName, trialName),
    trialId: result.id,
    taskName: result.task_name,
    agent: result.agent_info?.name ?? agentName(result.config.agent),
    model: result.config.agent?.model_name ?? null,
    backend: backendName(result.config.environment),
    state: 'finished',
    ...judgement,
    reward,
    testsPassed: tests?.passed ?? null,
    testsTotal: tests?.total ?? null,
    exceptionType,
    inputTokens: usage?.n_input_tokens ?? null,
    cachedTokens: usage?.n_cache_tokens ?? null,
    outputTokens: usage?.n_output_tokens ?? null,
    costUsd: usage?.cost_usd ?? null,
    startedAt: result.started_at,
    finishedAt: result.finished_at,
    durationMs: elapsedMs(result.started_at, result.finished_at),
    source: result.source,
    steps,
    reason: reasonOf({ ...judgement, reward, exception: toException(result.exception_info), tests, findings: [] }),
  }
}

/** A trial that has only its `config.json` yet. */
export function fromHarborConfig(jobName: string, trialName: string, config: HarborConfig | null): TrialRow {
  return {
    ...emptyRow(jobName, trialName),
    taskName: config?.task.name ?? lastPart(config?.task.path ?? '') ?? trialName,
    agent: agentName(config?.agent),
    model: config?.agent?.model_name ?? null,
    backend: backendName(config?.environment),
    state: 'running',
    source: config?.task.source ?? null,
  }
}

function toException(info: HarborTrialResult['exception_info']): { type: string; message: string } | null {
  return info === null ? null : { type: info.exception_type, message: info.exception_message }
}

/** A job that Harbor ran; times come from its trials, which are in UTC. */
export function fromHarborJob(
  jobName: string,
  files: { readonly result: HarborJobResult | null; readonly config: HarborConfig | null },
  trials: readonly TrialRow[],
): JobRow {
  const finished = files.result?.finished_at !== null && files.result !== null
  const starts = trials.flatMap(({ startedAt }) => startedAt ?? []).sort()
  const ends = trials.flatMap(({ finishedAt }) => finishedAt ?? []).sort()
  const agents = files.config?.agents?.map(agentName) ?? []
  return {
    jobName,
    jobId: files.result?.id ?? files.config?.job_id ?? '',
    startedAt: starts[0] ?? null,
    finishedAt: finished ? (ends.at(-1) ?? null) : null,
    totalTrials: files.result?.n_total_trials ?? trials.length,
    state: finished ? 'completed' : 'running',
    agents: agents.length > 0 ? [...new Set(agents)] : ['oracle'],
    backend: backendName(files.config?.environment),
    pausedMs: 0,
  }
}

function emptyRow(jobName: string, trialName: string): TrialRow {
  return {
    jobName,
    trialName,
    trialId: null,
    taskName: trialName,
    agent: 'oracle',
    model: null,
    attempt: null,
    backend: null,
    state: 'queued',
    outcome: null,
    blame: null,
    reward: null,
    testsPassed: null,
    testsTotal: null,
    exceptionType: null,
    inputTokens: null,
    cachedTokens: null,
    outputTokens: null,
    costUsd: null,
    costIsEstimate: false,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    source: null,
    difficulty: null,
    category: null,
    steps: null,
    reason: null,
    assisted: false,
  }
}

/** Harbor runs the oracle where neither a name nor an import path is given. */
function agentName(agent: z.infer<typeof AgentPart> | undefined): string {
  return agent?.name ?? agent?.import_path ?? 'oracle'
}

/** Docker is Harbor's default; our own sandbox stands there as `import_path: "tbcc:sandbox"`. */
function backendName(environment: z.infer<typeof EnvironmentPart> | undefined): string {
  return environment?.type ?? environment?.import_path?.replace(/^tbcc:/, '') ?? 'docker'
}

function lastPart(path: string): string | undefined {
  return path.split(/[/\\]/).findLast((part) => part !== '')
}

function elapsedMs(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Date.parse(to) - Date.parse(from)
}

import { z } from 'zod'
import { FilePath, FloatOrNull, FreeMap, Int, IntOrNull, list, Reward, table, Text, TextOrNull, Uuid } from './lax.ts'
import { VerifierEnvironmentMode } from './task-verifier.ts'
import { Moment, MomentOrNull } from './time.ts'
import { TrialConfig } from './trial-config.ts'

/** Start and end of one stretch of a trial. */
const TimingInfo = table({
  started_at: MomentOrNull,
  finished_at: MomentOrNull,
})

const ExceptionInfo = table({
  exception_type: Text,
  exception_message: Text,
  exception_traceback: Text,
  occurred_at: Moment,
})

/** Input tokens include cached ones. Null is "not measured". */
const ModelUsage = table({
  n_input_tokens: Int.default(0),
  n_cache_tokens: Int.default(0),
  n_output_tokens: Int.default(0),
  cost_usd: FloatOrNull,
})

const AgentContext = table({
  n_input_tokens: IntOrNull,
  n_cache_tokens: IntOrNull,
  n_output_tokens: IntOrNull,
  cost_usd: FloatOrNull,
  model_usage: z.record(z.string(), ModelUsage).nullable().default(null),
  rollout_details: list(FreeMap).nullable().default(null),
  metadata: FreeMap.nullable().default(null),
})

/** Whole rewards and floats are kept apart: reward.txt gives 1.0, reward.json what it says. */
const VerifierResult = table({ rewards: z.record(z.string(), Reward).nullable().default(null) })

const ModelInfo = table({ name: Text, provider: TextOrNull })

const AgentInfo = table({ name: Text, version: Text, model_info: ModelInfo.nullable().default(null) })

const StepResult = table({
  step_name: Text,
  agent_result: AgentContext.nullable().default(null),
  verifier_result: VerifierResult.nullable().default(null),
  exception_info: ExceptionInfo.nullable().default(null),
  agent_execution: TimingInfo.nullable().default(null),
  verifier: TimingInfo.nullable().default(null),
})

/** Where a task comes from. What a shape does not name is ignored, so the fullest comes first. */
const TaskId = z.union([
  table({ git_url: Text, git_commit_id: TextOrNull, path: FilePath }),
  table({ org: Text, name: Text, ref: TextOrNull }),
  table({ path: FilePath }),
])

/** `result.json` of a trial. Times are UTC. */
export const TrialResult = table({
  id: Uuid,
  task_name: Text,
  trial_name: Text,
  /** file:// URL of the trial's folder. */
  trial_uri: Text,
  task_id: TaskId,
  source: TextOrNull,
  task_checksum: Text,
  config: TrialConfig,
  agent_info: AgentInfo,
  agent_result: AgentContext.nullable().default(null),
  verifier_result: VerifierResult.nullable().default(null),
  /** Null for a multi-step task: the mode is each step's. */
  verifier_environment_mode: VerifierEnvironmentMode.nullable().default(null),
  exception_info: ExceptionInfo.nullable().default(null),
  started_at: MomentOrNull,
  finished_at: MomentOrNull,
  environment_setup: TimingInfo.nullable().default(null),
  agent_setup: TimingInfo.nullable().default(null),
  agent_execution: TimingInfo.nullable().default(null),
  verifier: TimingInfo.nullable().default(null),
  step_results: list(StepResult).nullable().default(null),
})
export type TrialResult = z.infer<typeof TrialResult>
/** What a result is built from: every field with a default may be left out. */
export type TrialResultInput = z.input<typeof TrialResult>

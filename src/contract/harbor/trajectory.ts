import { z } from 'zod'
import { Content } from './content-part.ts'
import { choice, expected, Flag, Float, FreeMap, Int, int, list, strictTable, Text } from './lax.ts'

/*
 * ATIF, the format of trajectories. Every field set is accepted under every version, unknown fields under none. What
 * one field says about another is checked in core/trajectory/validate.ts, where all of it is collected.
 */

const extra = { extra: FreeMap.nullable().optional() }

const AtifAgent = strictTable({
  name: Text,
  version: Text,
  model_name: Text.nullable().optional(),
  tool_definitions: list(FreeMap).nullable().optional(),
  ...extra,
})

const ToolCall = strictTable({
  tool_call_id: Text,
  function_name: Text,
  arguments: FreeMap,
  ...extra,
})

/** A subagent's trajectory: embedded under the id, or in the file at the path. */
export const SubagentRef = strictTable({
  trajectory_id: Text.nullable().optional(),
  session_id: Text.nullable().optional(),
  trajectory_path: Text.nullable().optional(),
  ...extra,
})
export type SubagentRef = z.infer<typeof SubagentRef>

const ObservationResult = strictTable({
  source_call_id: Text.nullable().optional(),
  content: Content.nullable().optional(),
  subagent_trajectory_ref: list(SubagentRef).nullable().optional(),
  ...extra,
})

/** Prompt tokens include cached ones. */
const Metrics = strictTable({
  prompt_tokens: Int.nullable().optional(),
  completion_tokens: Int.nullable().optional(),
  cached_tokens: Int.nullable().optional(),
  cost_usd: Float.nullable().optional(),
  prompt_token_ids: list(Int).nullable().optional(),
  completion_token_ids: list(Int).nullable().optional(),
  logprobs: list(Float).nullable().optional(),
  ...extra,
})

/** Qualitative (`high`) or a number; numeric text stays text. */
const ReasoningEffort = z.union([Text, Float])

/** One turn. */
export const TrajectoryStep = strictTable({
  step_id: int(1),
  timestamp: Text.nullable().optional(),
  source: choice(['system', 'user', 'agent']),
  model_name: Text.nullable().optional(),
  reasoning_effort: ReasoningEffort.nullable().optional(),
  message: Content,
  reasoning_content: Text.nullable().optional(),
  tool_calls: list(ToolCall).nullable().optional(),
  observation: strictTable({ results: list(ObservationResult) })
    .nullable()
    .optional(),
  metrics: Metrics.nullable().optional(),
  /** Copied from an earlier trajectory as context: not done here. */
  is_copied_context: Flag.nullable().optional(),
  llm_call_count: int(0).nullable().optional(),
  ...extra,
})
export type TrajectoryStep = z.infer<typeof TrajectoryStep>

const FinalMetrics = strictTable({
  total_prompt_tokens: Int.nullable().optional(),
  total_completion_tokens: Int.nullable().optional(),
  total_cached_tokens: Int.nullable().optional(),
  total_cost_usd: Float.nullable().optional(),
  total_steps: int(0).nullable().optional(),
  ...extra,
})

const ATIF_VERSION = 'ATIF-v1.8'

const rootFields = strictTable({
  schema_version: choice([
    'ATIF-v1.0',
    'ATIF-v1.1',
    'ATIF-v1.2',
    'ATIF-v1.3',
    'ATIF-v1.4',
    'ATIF-v1.5',
    'ATIF-v1.6',
    'ATIF-v1.7',
    ATIF_VERSION,
  ]).default(ATIF_VERSION),
  /** Of the run; documents of one run may share it. */
  session_id: Text.nullable().optional(),
  /** Of this document; embedded subagents need one. */
  trajectory_id: Text.nullable().optional(),
  agent: AtifAgent,
  steps: list(TrajectoryStep).min(1, { error: expected('at least one step') }),
  notes: Text.nullable().optional(),
  final_metrics: FinalMetrics.nullable().optional(),
  continued_trajectory_ref: Text.nullable().optional(),
  ...extra,
})

export interface Trajectory extends z.infer<typeof rootFields> {
  readonly subagent_trajectories?: Trajectory[] | null | undefined
}
export const Trajectory: z.ZodType<Trajectory> = rootFields.extend({
  subagent_trajectories: z
    .lazy(() => list(Trajectory))
    .nullable()
    .optional(),
})

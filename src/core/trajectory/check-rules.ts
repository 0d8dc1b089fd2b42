import type { SubagentRef, Trajectory, TrajectoryStep } from '../../contract/harbor/trajectory.ts'
import { isIsoTimestamp } from './iso-timestamp.ts'

/** A broken rule: the dotted place in the document and what is wrong there. */
export interface RuleBreak {
  readonly place: string
  readonly message: string
}

/** What ATIF asks beyond the types of single fields. Embedded subagents are checked as documents of their own. */
export function checkTrajectory(trajectory: Trajectory, prefix: string): RuleBreak[] {
  const steps = trajectory.steps.flatMap((step, index) => [
    ...checkStepId(step, index, `${prefix}steps.${index}`),
    ...checkStep(step, `${prefix}steps.${index}`),
  ])
  const subagents = trajectory.subagent_trajectories ?? []
  const embedded = subagents.flatMap((subagent, index) =>
    checkTrajectory(subagent, `${prefix}subagent_trajectories.${index}.`),
  )
  return [...steps, ...checkSubagentIds(subagents, prefix), ...embedded]
}

function checkStepId({ step_id }: TrajectoryStep, index: number, place: string): RuleBreak[] {
  if (step_id === index + 1) return []
  return [{ place: `${place}.step_id`, message: `expected ${index + 1} (sequential from 1), got ${step_id}` }]
}

function checkStep(step: TrajectoryStep, place: string): RuleBreak[] {
  const timestamp = step.timestamp ?? null
  const badTime = timestamp !== null && !isIsoTimestamp(timestamp)
  return [
    ...(badTime
      ? [{ place: `${place}.timestamp`, message: `expected an ISO 8601 time, got ${JSON.stringify(timestamp)}` }]
      : []),
    ...checkAgentFields(step, place),
    ...checkObservation(step, place),
  ]
}

const AGENT_FIELDS = ['model_name', 'reasoning_effort', 'reasoning_content', 'tool_calls', 'metrics'] as const
const MODEL_FIELDS = ['metrics', 'reasoning_content'] as const

function checkAgentFields(step: TrajectoryStep, place: string): RuleBreak[] {
  const given = (field: keyof TrajectoryStep): boolean => (step[field] ?? null) !== null
  if (step.source !== 'agent') {
    const message = `is only for steps of the agent, not of the ${step.source}`
    return AGENT_FIELDS.filter(given).map((field) => ({ place: `${place}.${field}`, message }))
  }
  if (step.llm_call_count !== 0) return []
  const message = 'may not stand in a step without a model call (llm_call_count 0)'
  return MODEL_FIELDS.filter(given).map((field) => ({ place: `${place}.${field}`, message }))
}

function checkObservation(step: TrajectoryStep, place: string): RuleBreak[] {
  const callIds = new Set((step.tool_calls ?? []).map((call) => call.tool_call_id))
  return (step.observation?.results ?? []).flatMap((result, index) => {
    const at = `${place}.observation.results.${index}`
    const callId = result.source_call_id ?? null
    const unknown = callId !== null && !callIds.has(callId)
    const references = result.subagent_trajectory_ref ?? []
    return [
      ...(unknown
        ? [{ place: `${at}.source_call_id`, message: `"${callId}" is no tool call of step ${step.step_id}` }]
        : []),
      ...references.flatMap((reference, each) => checkReference(reference, `${at}.subagent_trajectory_ref.${each}`)),
    ]
  })
}

function checkReference(reference: SubagentRef, place: string): RuleBreak[] {
  if ((reference.trajectory_id ?? reference.trajectory_path ?? null) !== null) return []
  return [{ place, message: 'needs a trajectory_id or a trajectory_path; a session_id alone finds nothing' }]
}

function checkSubagentIds(subagents: readonly Trajectory[], prefix: string): RuleBreak[] {
  const seen = new Set<string>()
  return subagents.flatMap(({ trajectory_id }, index) => {
    const place = `${prefix}subagent_trajectories.${index}.trajectory_id`
    const id = trajectory_id ?? null
    if (id === null) return [{ place, message: 'is missing: an embedded subagent needs it' }]
    if (seen.has(id)) return [{ place, message: `"${id}" is the id of an earlier subagent` }]
    seen.add(id)
    return []
  })
}

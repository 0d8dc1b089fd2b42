import type { SubagentRef, TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { asRecord, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { tokensOf } from '../../../agent/logs/opencode/usage.ts'
import type { Turn } from './turns.ts'

export interface StepAsk {
  readonly stepId: number
  readonly model: string | null
  /** Where what a subagent did is to be found, by its session. */
  readonly refOf: (sessionId: string) => SubagentRef | null
}

/** Harbor's step of a turn. Beyond Harbor's: what a tool failed of, and the subagent that a call started. */
export function toStep(turn: Turn, { stepId, model, refOf }: StepAsk): TrajectoryStep {
  const tools = turn.parts.filter((part) => part['type'] === 'tool')
  const thoughts = textsOf(turn.parts, 'reasoning')
  const results = tools.map((part) => toResult(part, refOf)).filter((result) => result !== null)
  const metrics = turn.finish === null ? null : toMetrics(turn.finish)
  const timestamp = toIsoTime(turn.timestamp)
  return {
    step_id: stepId,
    ...(timestamp === null ? {} : { timestamp }),
    source: 'agent',
    ...(model === null ? {} : { model_name: model }),
    message: textsOf(turn.parts, 'text').join('\n'),
    ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join('\n\n') }),
    ...(tools.length === 0 ? {} : { tool_calls: tools.map(toCall) }),
    ...(results.length === 0 ? {} : { observation: { results } }),
    ...(metrics === null ? {} : { metrics }),
    llm_call_count: 1,
  }
}

/** As Harbor writes it: UTC by its offset, microseconds where there are any. Null for what is no time. */
export function toIsoTime(timestamp: number | null): string | null {
  if (timestamp === null || Math.abs(timestamp) > MAX_TIME) return null
  const text = new Date(timestamp).toISOString()
  return `${text.slice(0, 19)}${text.slice(20, 23) === '000' ? '' : `.${text.slice(20, 23)}000`}+00:00`
}

/** The last second of the year 9999. */
const MAX_TIME = 253_402_300_799_000

function textsOf(parts: readonly Fields[], type: string): readonly string[] {
  return parts
    .flatMap((part) => (part['type'] === type ? (textOf(part, 'text') ?? '') : []))
    .filter((text) => text !== '')
}

function callIdOf(part: Fields): string {
  return textOf(part, 'callID') ?? textOf(part, 'id') ?? ''
}

function toCall(part: Fields): NonNullable<TrajectoryStep['tool_calls']>[number] {
  const input = recordOf(part, 'state')?.['input']
  const record = asRecord(input)
  const given =
    input === undefined || input === null || input === '' || input === 0 || input === false ? {} : { value: input }
  return {
    tool_call_id: callIdOf(part),
    function_name: textOf(part, 'tool') ?? '',
    arguments: record === null ? given : { ...record },
  }
}

type Result = NonNullable<TrajectoryStep['observation']>['results'][number]

function toResult(part: Fields, refOf: StepAsk['refOf']): Result | null {
  const state = recordOf(part, 'state') ?? {}
  const output = state['output']
  const error = textOf(state, 'error')
  const base = callIdOf(part) === '' ? {} : { source_call_id: callIdOf(part) }
  const sessionId = textOf(recordOf(state, 'metadata') ?? {}, 'sessionId')
  const ref = sessionId === null ? null : refOf(sessionId)
  const refs = ref === null ? {} : { subagent_trajectory_ref: [ref] }
  if (output !== undefined && output !== null)
    return { ...base, content: typeof output === 'string' ? output : JSON.stringify(output), ...refs }
  return error === null ? null : { ...base, content: error, ...refs, extra: { is_error: true } }
}

function toMetrics(finish: Fields): NonNullable<TrajectoryStep['metrics']> | null {
  const { input, output, cacheRead, costUsd, reasoning, cacheWrite } = tokensOf(finish)
  if (input === 0 && output === 0 && cacheRead === 0) return null
  const extra = {
    ...(reasoning === 0 ? {} : { reasoning_tokens: reasoning }),
    ...(cacheWrite === 0 ? {} : { cache_write_tokens: cacheWrite }),
  }
  return {
    prompt_tokens: input + cacheRead,
    completion_tokens: output,
    ...(cacheRead === 0 ? {} : { cached_tokens: cacheRead }),
    ...(costUsd === 0 ? {} : { cost_usd: costUsd }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  }
}

import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { countOf, type Fields } from '../../../agent/logs/fields.ts'
import { isIsoTimestamp } from '../../iso-timestamp.ts'
import { isTruthy } from '../python.ts'
import type { CallDraft, Draft, DraftCall } from './drafts.ts'

/** What a call's result refers to, by the call's thread. */
export type SubagentOf = (call: DraftCall) => string | null

/** A draft as a step of ATIF. */
export function toStep(draft: Draft, stepId: number, model: string | null, subagentOf: SubagentOf): TrajectoryStep {
  const head = { step_id: stepId, ...timestampOf(draft) }
  if (draft.kind === 'message') return { ...head, source: draft.source, message: draft.text }
  const { texts, thoughts, calls, usage } = draft
  return {
    ...head,
    source: 'agent',
    ...(model === null ? {} : { model_name: model }),
    message: texts.join('\n\n'),
    ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join('\n\n') }),
    ...(calls.length === 0 ? {} : callFields(calls, subagentOf)),
    ...(usage === null ? {} : { metrics: metricsOf(usage) }),
    llm_call_count: 1,
    extra: extraOf(draft),
  }
}

function timestampOf(draft: Draft): { readonly timestamp?: string } {
  const timestamp = draft.timestamp ?? (draft.kind === 'call' ? (draft.calls[0]?.timestamp ?? null) : null)
  return timestamp !== null && isIsoTimestamp(timestamp) ? { timestamp } : {}
}

function callFields(
  calls: readonly DraftCall[],
  subagentOf: SubagentOf,
): Pick<TrajectoryStep, 'tool_calls' | 'observation'> {
  const results = calls
    .filter(({ output }) => output !== undefined)
    .map((call) => {
      const subagent = subagentOf(call)
      return {
        ...(call.id === '' ? {} : { source_call_id: call.id }),
        ...(typeof call.output === 'string' ? { content: call.output } : {}),
        ...(subagent === null ? {} : { subagent_trajectory_ref: [{ trajectory_id: subagent }] }),
      }
    })
  return {
    tool_calls: calls.map((call) => ({
      tool_call_id: call.id,
      function_name: call.name,
      arguments: call.arguments,
    })),
    ...(results.length === 0 ? {} : { observation: { results } }),
  }
}

/** Input includes cached ones. A count of 0 is left out, as Harbor does. */
function metricsOf(usage: Fields): NonNullable<TrajectoryStep['metrics']> {
  const cacheWrite = countOf(usage, 'cache_write_input_tokens')
  return {
    ...counted('prompt_tokens', countOf(usage, 'input_tokens')),
    ...counted('completion_tokens', countOf(usage, 'output_tokens')),
    ...counted('cached_tokens', countOf(usage, 'cached_input_tokens')),
    extra: {
      reasoning_output_tokens: countOf(usage, 'reasoning_output_tokens'),
      total_tokens: countOf(usage, 'total_tokens'),
      ...(cacheWrite === null ? {} : { cache_write_input_tokens: cacheWrite }),
    },
  }
}

/** A field with a number that says something. */
export function counted<Name extends string>(name: Name, value: number | null): { readonly [Key in Name]?: number } {
  const field: { [Key in Name]?: number } = {}
  if (value !== null && value !== 0) field[name] = value
  return field
}

function extraOf({ id, turnId, calls }: CallDraft): Record<string, unknown> {
  const details = calls.map((call) => [call.id, detailsOf(call)] as const).filter(([, fields]) => isTruthy(fields))
  return {
    api_call_id: id,
    ...(turnId === null ? {} : { codex_turn_id: turnId }),
    ...(details.length === 0 ? {} : { tool_call_details: Object.fromEntries(details) }),
  }
}

function detailsOf({ metadata, rawArguments, itemType, status }: DraftCall): Fields {
  const all = { metadata, raw_arguments: rawArguments, item_type: itemType, status }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => isTruthy(value)))
}

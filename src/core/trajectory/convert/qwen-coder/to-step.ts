import type { SubagentRef, TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { countOf, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { isIsoTimestamp } from '../../iso-timestamp.ts'
import { answersOf, callIdsOf, partsOf, userText } from './parts.ts'

export type Step = Omit<TrajectoryStep, 'step_id'>
type Result = NonNullable<TrajectoryStep['observation']>['results'][number]

export interface StepAsk {
  /** The line of the step, and then those with answers to its calls. */
  readonly events: readonly Fields[]
  readonly model: string | null
  /** Subagents that a call started, each told once. */
  readonly takeRefs: (callId: string) => readonly SubagentRef[]
}

/** A line of a chat as Harbor's step; null where it is none. */
export function toStep({ events: [event, ...answers], model, takeRefs }: StepAsk): Step | null {
  const message = event === undefined ? null : recordOf(event, 'message')
  if (event === undefined || message === null) return null
  const timestamp = textOf(event, 'timestamp')
  const common = timestamp === null || !isIsoTimestamp(timestamp) ? {} : { timestamp }
  if (event['type'] === 'user') return { ...common, source: 'user', message: userText(message) }
  const calls = toCalls(message)
  const results = addRefs(toResults(message, answers), calls, takeRefs)
  const reasoning = textOfParts(message, true)
  const metrics = toMetrics(recordOf(event, 'usageMetadata') ?? {})
  return {
    ...common,
    source: 'agent',
    ...(model === null ? {} : { model_name: model }),
    message: textOfParts(message, false),
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(results.length === 0 ? {} : { observation: { results } }),
    ...(metrics === null ? {} : { metrics }),
  }
}

function textOfParts(message: Fields, thought: boolean): string {
  return partsOf(message)
    .filter((part) => (part['thought'] === true) === thought)
    .map((part) => textOf(part, 'text') ?? '')
    .filter((text) => text !== '')
    .join('\n')
}

type Call = NonNullable<TrajectoryStep['tool_calls']>[number]

function toCalls(message: Fields): Call[] {
  return partsOf(message).flatMap((part) => {
    const call = recordOf(part, 'functionCall')
    if (call === null) return []
    const named = { tool_call_id: textOf(call, 'id') ?? '', function_name: textOf(call, 'name') ?? '' }
    return [{ ...named, arguments: { ...recordOf(call, 'args') } }]
  })
}

function toResults(message: Fields, answers: readonly Fields[]): readonly Result[] {
  const ids = new Set(callIdsOf(message))
  return answers
    .flatMap((answer) => answersOf(recordOf(answer, 'message') ?? {}))
    .filter(({ id }) => ids.has(id))
    .map(({ id, content }) => ({ source_call_id: id, content }))
}

/** A subagent stands at the first answer to the call that started it; without one it stands alone. */
function addRefs(results: readonly Result[], calls: readonly Call[], takeRefs: StepAsk['takeRefs']): Result[] {
  const added = [...results]
  for (const { tool_call_id: id } of calls) {
    const refs = takeRefs(id)
    if (refs.length === 0) continue
    const at = added.findIndex((result) => result.source_call_id === id)
    const result = added[at] ?? { source_call_id: id }
    added.splice(at === -1 ? added.length : at, 1, { ...result, subagent_trajectory_ref: [...refs] })
  }
  return added
}

/** Output includes the thoughts. Null where nothing was counted. */
function toMetrics(usage: Fields): TrajectoryStep['metrics'] | null {
  const input = countOf(usage, 'promptTokenCount') ?? 0
  const output = countOf(usage, 'candidatesTokenCount') ?? 0
  const cached = countOf(usage, 'cachedContentTokenCount') ?? 0
  const thoughts = countOf(usage, 'thoughtsTokenCount') ?? 0
  if (input === 0 && output === 0) return null
  return {
    prompt_tokens: input,
    completion_tokens: output,
    ...(cached === 0 ? {} : { cached_tokens: cached }),
    ...(thoughts === 0 ? {} : { extra: { thoughts_tokens: thoughts } }),
  }
}

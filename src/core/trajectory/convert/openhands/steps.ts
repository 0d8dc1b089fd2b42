import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import {
  asRecord,
  countOf,
  listOf,
  numberOf,
  parseLine,
  recordOf,
  recordsIn,
  textOf,
  type Fields,
} from '../../../agent/logs/fields.ts'
import { isIsoTimestamp } from '../../iso-timestamp.ts'

/** Sums since the start. */
export interface Accumulated {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly cachedTokens: number
  readonly costUsd: number
}

export const NOTHING_YET: Accumulated = { promptTokens: 0, completionTokens: 0, cachedTokens: 0, costUsd: 0 }

/** Null where the event says nothing of it. */
export function accumulatedOf(event: Fields): Accumulated | null {
  const metrics = recordOf(event, 'llm_metrics')
  if (metrics === null) return null
  const usage = recordOf(metrics, 'accumulated_token_usage') ?? {}
  return {
    promptTokens: countOf(usage, 'prompt_tokens') ?? 0,
    completionTokens: countOf(usage, 'completion_tokens') ?? 0,
    cachedTokens: countOf(usage, 'cache_read_tokens') ?? 0,
    costUsd: numberOf(metrics, 'accumulated_cost') ?? 0,
  }
}

/** An event as a step, numbered later; what it took is what the sums grew by. Null: it says nothing. */
export function toStep(event: Fields, before: Accumulated): Omit<TrajectoryStep, 'step_id'> | null {
  const source = sourceOf(event)
  const isAgent = source === 'agent'
  const timestamp = textOf(event, 'timestamp') ?? ''
  const call = event['source'] === 'agent' && isAgent ? toCall(event) : null
  const answer = isAgent ? toAnswer(event, call?.tool_call_id ?? null) : null
  const message = wordsOf(event, answer !== null)
  if (message === '' && call === null && answer === null) return null
  const metrics = isAgent ? growth(accumulatedOf(event), before) : undefined
  return {
    ...(isIsoTimestamp(timestamp) ? { timestamp } : {}),
    source,
    message,
    ...(call === null ? {} : { tool_calls: [call] }),
    ...(answer === null ? {} : { observation: { results: [answer] } }),
    ...(metrics === undefined ? {} : { metrics }),
  }
}

/** The program speaks as "user" too, when it looks for what it knows of the task. */
const OWN_WORDS = /^(?:Retrieving content for:|Added workspace context|Loading workspace|Initializing)/

function sourceOf(event: Fields): TrajectoryStep['source'] {
  if (event['action'] === 'system') return 'system'
  if (event['source'] === 'user') return OWN_WORDS.test(textOf(event, 'message') ?? '') ? 'system' : 'user'
  return event['source'] === 'agent' ? 'agent' : 'system'
}

/** What the model thought, before what the program says of the action; of an answer its content says all. */
function wordsOf(event: Fields, isAnswer: boolean): string {
  if (isAnswer) return ''
  return textOf(recordOf(event, 'args') ?? {}, 'thought') || (textOf(event, 'message') ?? '')
}

type Call = NonNullable<TrajectoryStep['tool_calls']>[number]

function toCall(event: Fields): Call | null {
  const metadata = recordOf(event, 'tool_call_metadata')
  if (metadata === null) return null
  const id = textOf(metadata, 'tool_call_id') ?? ''
  return {
    tool_call_id: id,
    function_name: textOf(metadata, 'function_name') ?? '',
    arguments: { ...argumentsOf(metadata, id) },
  }
}

/** As the model gave them: an answer of it may hold several calls. */
function argumentsOf(metadata: Fields, id: string): Fields {
  const choice = asRecord(listOf(recordOf(metadata, 'model_response') ?? {}, 'choices')[0]) ?? {}
  const calls = recordsIn(listOf(recordOf(choice, 'message') ?? {}, 'tool_calls'))
  const called = recordOf(calls.find((call) => call['id'] === id) ?? calls[0] ?? {}, 'function') ?? {}
  const raw = called['arguments']
  return (typeof raw === 'string' ? parseLine(raw) : asRecord(raw)) ?? {}
}

type Result = NonNullable<TrajectoryStep['observation']>['results'][number]

function toAnswer(event: Fields, callId: string | null): Result | null {
  if (typeof event['observation'] !== 'string' || typeof event['cause'] !== 'number') return null
  return { ...(callId === null ? {} : { source_call_id: callId }), content: textOf(event, 'content') ?? '' }
}

function growth(now: Accumulated | null, before: Accumulated): TrajectoryStep['metrics'] {
  if (now === null) return undefined
  const grown = (key: keyof Accumulated): number => now[key] - before[key]
  const metrics = {
    ...(grown('promptTokens') > 0 ? { prompt_tokens: grown('promptTokens') } : {}),
    ...(grown('completionTokens') > 0 ? { completion_tokens: grown('completionTokens') } : {}),
    ...(grown('cachedTokens') > 0 ? { cached_tokens: grown('cachedTokens') } : {}),
    ...(grown('costUsd') > 0 ? { cost_usd: grown('costUsd') } : {}),
  }
  return Object.keys(metrics).length === 0 ? undefined : metrics
}

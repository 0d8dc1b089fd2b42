import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { asRecord, countOf, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { isEmptyStop } from '../../../agent/logs/pi/failure.ts'
import { toText } from './content.ts'
import { toMetrics } from './metrics.ts'

/** A step without its number. */
export type Draft = Omit<TrajectoryStep, 'step_id'>

/** Harbor's step of an entry; null: it makes none. A tool's answer belongs to the step of its call. */
export function toDraft(entry: Fields, model: string | null): Draft | null {
  switch (entry['type']) {
    case 'custom_message':
      return toCustom(entry)
    case 'compaction':
    case 'branch_summary':
      return toSummary(entry, model)
    case 'message': {
      const message = recordOf(entry, 'message') ?? {}
      if (message['role'] === 'user') return toUser(entry, message)
      return message['role'] === 'assistant' ? toAssistant(entry, message, model) : null
    }
    default:
      return null
  }
}

/** A tool's answer, for the observation of the step of its call. */
export function toResult(message: Fields): NonNullable<TrajectoryStep['observation']>['results'][number] {
  return {
    source_call_id: textOf(message, 'toolCallId') ?? '',
    content: toText(message['content']),
    extra: { tool_name: message['toolName'] ?? null, is_error: message['isError'] === true },
  }
}

function toCustom(entry: Fields): Draft {
  return {
    ...timeOf(entry),
    source: 'system',
    message: toText(entry['content']),
    extra: {
      ...idsOf(entry),
      pi_event_type: 'custom_message',
      custom_type: entry['customType'] ?? null,
      display: entry['display'] ?? null,
      details: entry['details'] ?? null,
    },
  }
}

function toSummary(entry: Fields, model: string | null): Draft | null {
  const summary = textOf(entry, 'summary')?.trim() ?? ''
  const metrics = toMetrics(entry['usage'])
  if (summary === '') return null
  return {
    ...timeOf(entry),
    source: 'agent',
    ...(model === null ? {} : { model_name: model }),
    message: summary,
    ...(metrics === null ? {} : { metrics }),
    llm_call_count: 1,
    extra: {
      pi_event_type: entry['type'],
      pi_event_id: entry['id'] ?? null,
      tokens_before: countOf(entry, 'tokensBefore') ?? 0,
      from_id: entry['fromId'] ?? null,
      from_hook: entry['fromHook'] === true,
    },
  }
}

function toUser(entry: Fields, message: Fields): Draft {
  return { ...timeOf(entry), source: 'user', message: toText(message['content']), extra: idsOf(entry) }
}

function toAssistant(entry: Fields, message: Fields, model: string | null): Draft | null {
  const { texts, thoughts, calls } = readBlocks(message['content'])
  const isEmpty = texts.length + thoughts.length + calls.length === 0
  if (isEmptyStop({ message, isEmpty, turns: 0, maxTurns: null })) return null
  const reasoning = thoughts.join('\n').trim()
  const metrics = toMetrics(message['usage'])
  return {
    ...timeOf(entry),
    source: 'agent',
    ...(model === null ? {} : { model_name: model }),
    message: texts.join('\n').trim(),
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(calls.length === 0 ? {} : { tool_calls: calls, observation: { results: [] } }),
    ...(metrics === null ? {} : { metrics }),
    llm_call_count: 1,
    extra: {
      ...idsOf(entry),
      provider: message['provider'] ?? null,
      api: message['api'] ?? null,
      response_id: message['responseId'] ?? null,
      response_model: message['responseModel'] ?? null,
      stop_reason: message['stopReason'] ?? null,
      raw_stop_reason: message['rawStopReason'] ?? null,
    },
  }
}

function readBlocks(content: unknown): {
  readonly texts: readonly string[]
  readonly thoughts: readonly string[]
  readonly calls: NonNullable<TrajectoryStep['tool_calls']>
} {
  const texts: string[] = []
  const thoughts: string[] = []
  const calls: NonNullable<TrajectoryStep['tool_calls']> = []
  for (const block of blocksOf(content)) {
    const text = textOf(block, 'text')
    const thought = textOf(block, 'thinking')
    if (block['type'] === 'text' && text !== null) texts.push(text)
    else if (block['type'] === 'thinking' && thought !== null) thoughts.push(thought)
    else if (block['type'] === 'toolCall') calls.push(...toCall(block))
  }
  return { texts, thoughts, calls }
}

function blocksOf(content: unknown): readonly Fields[] {
  if (!Array.isArray(content)) return []
  return content.map((item: unknown) => asRecord(item)).filter((block) => block !== null)
}

function toCall(block: Fields): NonNullable<TrajectoryStep['tool_calls']> {
  const id = textOf(block, 'id')
  const name = textOf(block, 'name')
  if (id === null || name === null) return []
  return [{ tool_call_id: id, function_name: name, arguments: { ...recordOf(block, 'arguments') } }]
}

function timeOf(entry: Fields): { timestamp?: string } {
  const timestamp = textOf(entry, 'timestamp')
  return timestamp === null ? {} : { timestamp }
}

function idsOf(entry: Fields): Record<string, unknown> {
  return { pi_event_id: entry['id'] ?? null, pi_parent_id: entry['parentId'] ?? null }
}

import { asRecord, listOf, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { isTruthy } from '../python.ts'
import type { DraftCall } from './drafts.ts'
import { parseShallowJson } from './shallow-json.ts'

/** Text of a message, its parts put together as they stand. */
export function textOfContent(payload: Fields): string {
  return listOf(payload, 'content')
    .map((block) => asRecord(block))
    .map((block) => (block === null ? '' : (textOf(block, 'text') ?? '')))
    .join('')
}

/** A call of a tool of Codex: with arguments in JSON, or with free text. */
export function toFunctionCall(payload: Fields, id: string, timestamp: string | null): DraftCall {
  const itemType = textOf(payload, 'type')
  const rawArguments = payload[itemType === 'function_call' ? 'arguments' : 'input']
  return {
    id,
    timestamp,
    name: textOf(payload, 'name') ?? '',
    arguments: toArguments(rawArguments),
    rawArguments,
    itemType,
    status: textOf(payload, 'status'),
    metadata: null,
  }
}

/** A search that the provider itself did. */
export function toWebSearch(payload: Fields, fallbackId: string, timestamp: string | null): DraftCall {
  const action = recordOf(payload, 'action') ?? {}
  const id = textOf(payload, 'id') ?? ''
  const known = ['query', 'queries', 'url'].filter((key) => key in action).map((key) => [key, action[key]] as const)
  return {
    id: id.trim() === '' ? fallbackId : id,
    timestamp,
    name: 'web_search_call',
    arguments: { action_type: action['type'] ?? '', ...Object.fromEntries(known) },
    rawArguments: null,
    itemType: null,
    status: textOf(payload, 'status'),
    // The provider gave it to the model: it is done, and nothing of it is here.
    output: null,
    metadata: null,
  }
}

/** A call that only its answer tells of. */
export function toUnknownCall(payload: Fields, id: string, timestamp: string | null): DraftCall {
  const name = textOf(payload, 'name') ?? ''
  return { id, timestamp, name, arguments: {}, rawArguments: null, itemType: null, status: null, metadata: null }
}

/** The summary of a thought, null without one; the thought itself is encrypted. */
export function thoughtOf(payload: Fields): string | null {
  const parts = listOf(payload, 'summary')
    .map((part) => (typeof part === 'string' ? part : textOf(asRecord(part) ?? {}, 'text')))
    .filter((text) => text !== null)
  return parts.length === 0 ? null : parts.join('\n')
}

/** What is no object stands under a name of its own. */
function toArguments(raw: unknown): Fields {
  if (raw === undefined || raw === null) return {}
  if (typeof raw !== 'string') return { value: raw }
  const value = parseShallowJson(raw)
  if (value === undefined) return { input: raw }
  return asRecord(value) ?? (isTruthy(value) ? { value } : {})
}

import { completionEvents, completionOf } from './chat-answer.ts'
import { bearerKey, pathOf, type WireFormat } from './format.ts'
import { openaiError } from './openai-error.ts'
import { parseJson, textOfParts, toList, toObject, toText } from './json.ts'
import type { Message, OfferedTool } from './types.ts'

/** OpenAI's Chat Completions, with the reasoning of those who copied it. */
export const chatFormat: WireFormat = {
  name: 'chat',
  rules: { results: 'next-messages', alternate: false },
  read(request) {
    if (request.method !== 'POST' || pathOf(request) !== '/v1/chat/completions') return null
    const body = toObject(JSON.parse(request.body))
    const messages = toList(body['messages']).map(toMessage)
    const format = toObject(body['response_format'])
    return {
      model: toText(body['model']),
      stream: body['stream'] === true,
      key: bearerKey(request.headers),
      system: messages
        .filter(({ role }) => role === 'system')
        .map(({ text }) => text)
        .join('\n'),
      tools: toList(body['tools']).flatMap(toTool),
      conversation: messages,
      schema: toObject(format['json_schema'])['schema'] ?? (format['type'] === 'json_object' ? {} : null),
    }
  },
  events: completionEvents,
  whole: completionOf,
  error: openaiError,
}

function toTool(value: unknown): readonly OfferedTool[] {
  const named = toObject(toObject(value)['function'])
  if (typeof named['name'] !== 'string') return []
  return [{ name: named['name'], freeform: false, parameters: named['parameters'] ?? null }]
}

function toMessage(value: unknown): Message {
  const message = toObject(value)
  const role = toRole(message['role'])
  const text = textOfParts(message['content'])
  return {
    role,
    text,
    calls: toList(message['tool_calls'])
      .map(toObject)
      .map((call) => {
        const called = toObject(call['function'])
        return {
          id: toText(call['id']),
          name: toText(called['name']),
          arguments: parseJson(toText(called['arguments'])),
        }
      }),
    results: role === 'tool' ? [{ id: toText(message['tool_call_id']), text }] : [],
  }
}

function toRole(role: unknown): Message['role'] {
  if (role === 'assistant' || role === 'tool') return role
  return role === 'developer' || role === 'system' ? 'system' : 'user'
}

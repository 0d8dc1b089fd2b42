import { bearerKey, pathOf, type ReadRequest, type WireFormat } from './format.ts'
import { openaiError } from './openai-error.ts'
import { parseJson, textOfParts, toList, toObject, toText } from './json.ts'
import { responseEvents, responseOf } from './responses-answer.ts'
import type { Message, OfferedTool } from './types.ts'

/** OpenAI's Responses over HTTP; the WebSocket (sockets.ts) carries the same requests and events. */
export const responsesFormat: WireFormat = {
  name: 'responses',
  rules: { results: 'later', alternate: false },
  read: (request) =>
    request.method === 'POST' && pathOf(request) === '/v1/responses'
      ? readResponsesBody(JSON.parse(request.body), request.headers)
      : null,
  events: responseEvents,
  whole: (answer) => responseOf(answer),
  error: openaiError,
}

export function readResponsesBody(value: unknown, headers: Readonly<Record<string, string>>): ReadRequest {
  const body = toObject(value)
  const input = body['input']
  return {
    model: toText(body['model']),
    stream: body['stream'] === true,
    key: bearerKey(headers),
    system: toText(body['instructions']),
    tools: toList(body['tools']).flatMap(toTools),
    conversation:
      typeof input === 'string' ? [{ ...EMPTY, role: 'user', text: input }] : toList(input).flatMap(toMessage),
    schema: toObject(toObject(body['text'])['format'])['schema'] ?? null,
  }
}

const EMPTY = { text: '', calls: [], results: [] } satisfies Omit<Message, 'role'>

/** A namespace holds further tools; those of the vendor's own (web search) are no use to a script. */
function toTools(value: unknown): readonly OfferedTool[] {
  const tool = toObject(value)
  switch (tool['type']) {
    case 'function':
      return [{ name: toText(tool['name']), freeform: false, parameters: tool['parameters'] ?? null }]
    case 'custom':
      return [{ name: toText(tool['name']), freeform: true, parameters: null }]
    case 'namespace':
      return toList(tool['tools']).flatMap(toTools)
    default:
      return []
  }
}

/** Items that are not said or called, such as reasoning, are left out. */
function toMessage(value: unknown): readonly Message[] {
  const item = toObject(value)
  const id = toText(item['call_id'])
  const name = toText(item['name'])
  switch (item['type'] ?? 'message') {
    case 'message':
      return [{ ...EMPTY, role: toRole(item['role']), text: textOfParts(item['content']) }]
    case 'function_call':
      return [{ ...EMPTY, role: 'assistant', calls: [{ id, name, arguments: parseJson(toText(item['arguments'])) }] }]
    case 'custom_tool_call':
      return [{ ...EMPTY, role: 'assistant', calls: [{ id, name, arguments: item['input'] }] }]
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [{ ...EMPTY, role: 'tool', results: [{ id, text: textOfParts(item['output']) }] }]
    default:
      return []
  }
}

function toRole(role: unknown): Message['role'] {
  if (role === 'assistant') return 'assistant'
  return role === 'developer' || role === 'system' ? 'system' : 'user'
}

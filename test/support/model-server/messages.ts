import { bearerKey, pathOf, type WireFormat } from './format.ts'
import { textOfParts, toList, toObject, toText } from './json.ts'
import { messageEvents, messageOf } from './messages-answer.ts'
import type { Message, OfferedTool } from './types.ts'

/** Anthropic's Messages. */
export const messagesFormat: WireFormat = {
  name: 'messages',
  rules: { results: 'next-message', alternate: true },
  read(request) {
    if (request.method !== 'POST' || pathOf(request) !== '/v1/messages') return null
    const body = toObject(JSON.parse(request.body))
    const format = toObject(toObject(body['output_config'])['format'] ?? body['output_format'])
    return {
      model: toText(body['model']),
      stream: body['stream'] === true,
      key: request.headers['x-api-key'] ?? bearerKey(request.headers),
      system: textOfParts(body['system']),
      tools: toList(body['tools']).flatMap(toTool),
      conversation: toList(body['messages']).map(toMessage),
      schema: format['schema'] ?? null,
    }
  },
  events: messageEvents,
  whole: messageOf,
  error: (status) => ({
    type: 'error',
    error: { type: ERROR_TYPES[status] ?? 'api_error', message: ERROR_MESSAGES[status] ?? 'Internal server error' },
    request_id: 'req_test',
  }),
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

const ERROR_MESSAGES: Readonly<Record<number, string>> = {
  400: 'messages: the request is not valid',
  401: 'invalid x-api-key',
  403: 'Your API key does not have permission to use the specified resource.',
  404: 'model: not found',
  429: 'This request would exceed the rate limit for your organization.',
  529: 'Overloaded',
}

/** Tools of the vendor's own (web search) are no use to a script. */
function toTool(value: unknown): readonly OfferedTool[] {
  const tool = toObject(value)
  if (tool['input_schema'] === undefined) return []
  return [{ name: toText(tool['name']), freeform: false, parameters: tool['input_schema'] }]
}

function toMessage(value: unknown): Message {
  const message = toObject(value)
  const role = toText(message['role'])
  const blocks = toList(message['content']).map(toObject)
  const ofType = (type: string) => blocks.filter((block) => block['type'] === type)
  return {
    role: role === 'assistant' || role === 'system' ? role : 'user',
    text: textOfParts(message['content']),
    calls: ofType('tool_use').map((block) => ({
      id: toText(block['id']),
      name: toText(block['name']),
      arguments: block['input'],
    })),
    results: ofType('tool_result').map((block) => ({
      id: toText(block['tool_use_id']),
      text: textOfParts(block['content']),
    })),
  }
}

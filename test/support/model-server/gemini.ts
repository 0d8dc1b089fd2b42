import { bearerKey, pathOf, type RawRequest, type WireFormat } from './format.ts'
import { generateEvents, generateOf } from './gemini-answer.ts'
import { textOfParts, toList, toObject, toText } from './json.ts'
import type { Message, OfferedTool } from './types.ts'

/** Google's generateContent. */
export const geminiFormat: WireFormat = {
  name: 'gemini',
  rules: { results: 'next-message', alternate: true },
  read(request) {
    const [, model, method] = MODEL_PATH.exec(pathOf(request)) ?? []
    if (request.method !== 'POST' || model === undefined || method === 'countTokens') return null
    const body = toObject(JSON.parse(request.body))
    const config = toObject(body['generationConfig'])
    return {
      model,
      stream: method === 'streamGenerateContent',
      key: keyOf(request),
      system: textOfParts(toObject(body['systemInstruction'])['parts']),
      tools: toList(body['tools']).flatMap(toTools),
      conversation: toMessages(toList(body['contents'])),
      schema: config['responseJsonSchema'] ?? config['responseSchema'] ?? null,
    }
  },
  events: generateEvents,
  whole: generateOf,
  error: (status) => ({
    error: {
      code: status,
      message: ERRORS[status]?.[1] ?? 'Internal error',
      status: ERRORS[status]?.[0] ?? 'INTERNAL',
    },
  }),
}

const MODEL_PATH = /^\/v1(?:beta|alpha)?\/models\/([^/:]+):(generateContent|streamGenerateContent|countTokens)$/

const ERRORS: Readonly<Record<number, readonly [status: string, message: string]>> = {
  400: ['INVALID_ARGUMENT', 'Request contains an invalid argument.'],
  401: ['UNAUTHENTICATED', 'API key not valid. Please pass a valid API key.'],
  403: ['PERMISSION_DENIED', "Method doesn't allow unregistered callers."],
  404: ['NOT_FOUND', 'The model is not found for API version v1beta.'],
  429: ['RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'],
  503: ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  529: ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
}

/** A key in the address is seen by everything on the way; it counts as none. */
function keyOf({ headers }: RawRequest): string | null {
  return headers['x-goog-api-key'] ?? bearerKey(headers)
}

function toTools(value: unknown): readonly OfferedTool[] {
  return toList(toObject(value)['functionDeclarations'])
    .map(toObject)
    .map((tool) => ({
      name: toText(tool['name']),
      freeform: false,
      parameters: tool['parametersJsonSchema'] ?? tool['parameters'] ?? null,
    }))
}

/** Calls need no id here; those without are counted, and so are their results, which come in the same order. */
function toMessages(contents: readonly unknown[]): readonly Message[] {
  const counts = { functionCall: 0, functionResponse: 0 }
  return contents.map(toObject).map((content) => {
    const parts = toList(content['parts']).map(toObject)
    const named = (kind: keyof typeof counts) =>
      parts
        .filter((part) => part[kind] !== undefined)
        .map((part) => toObject(part[kind]))
        .map((field) => ({
          id: typeof field['id'] === 'string' ? field['id'] : `${toText(field['name'])}#${(counts[kind] += 1)}`,
          field,
        }))
    return {
      role: content['role'] === 'model' ? 'assistant' : 'user',
      text: textOfParts(parts.filter((part) => part['thought'] !== true)),
      calls: named('functionCall').map(({ id, field }) => ({
        id,
        name: toText(field['name']),
        arguments: field['args'],
      })),
      results: named('functionResponse').map(({ id, field }) => ({ id, text: JSON.stringify(field['response']) })),
    }
  })
}

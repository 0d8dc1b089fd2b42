import { backgroundReply, toAnswer } from './answer.ts'
import type { Answer, RawRequest, ReadRequest, WireFormat } from './format.ts'
import { checkConversation } from './invariants.ts'
import type { ErrorReply, Faults, ModelServerOptions, OtherRequest, Reply, SeenRequest } from './types.ts'

/** Where requests of every format and transport come together: they are noted, checked and decided on here. */
export interface Desk {
  readonly requests: readonly SeenRequest[]
  readonly others: readonly OtherRequest[]
  readonly violations: readonly string[]
  decide(ask: Ask): Decision
  note(request: OtherRequest): void
  leaksOf(secret: string): readonly string[]
}

export interface Ask {
  readonly format: WireFormat
  readonly transport: SeenRequest['transport']
  readonly raw: RawRequest
  readonly read: ReadRequest
}

export type Decision =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly stream: boolean; readonly faults: Faults }
  | { readonly kind: 'error'; readonly error: ErrorReply; readonly faults: Faults }

export function createDesk(options: ModelServerOptions): Desk {
  const requests: SeenRequest[] = []
  const others: OtherRequest[] = []
  const violations: string[] = []
  const { isBackground = ({ tools }) => tools.length === 0 } = options
  let scripted = 0

  const decide = (ask: Ask): Decision => {
    const seen = toSeen(ask)
    const request = { ...seen, background: isBackground(seen) }
    requests.push(request)
    const place = `request ${requests.length} (${request.format}, ${request.transport})`
    const complain = (text: string): void => void violations.push(`${place}: ${text}`)
    for (const text of checkRequest(request, ask.format, options.models)) complain(text)
    try {
      const reply = request.background ? backgroundReply(request) : options.scenario({ index: scripted++, request })
      return toDecision(reply, request, `t${String(requests.length).padStart(4, '0')}x`)
    } catch (error) {
      complain(error instanceof Error ? error.message : String(error))
      // An error that no client tries again.
      return { kind: 'error', error: { status: 400 }, faults: {} }
    }
  }

  return {
    requests,
    others,
    violations,
    decide,
    note: (request) => void others.push(request),
    leaksOf: (secret) => [...requests.map(toSent), ...others].flatMap((request) => leaksIn(request, secret)),
  }
}

function toSeen({ format, transport, raw, read }: Ask): SeenRequest {
  const { path, headers, body } = raw
  return { format: format.name, transport, path, headers, body, background: false, ...read }
}

function checkRequest(
  request: SeenRequest,
  format: WireFormat,
  models: readonly string[] | undefined,
): readonly string[] {
  const { model, key, background, conversation } = request
  return [
    ...(key === null ? ['no key in the header that is made for it'] : []),
    // Small tasks beside the work are often given to a smaller model.
    ...(models === undefined || background || models.includes(model) ? [] : [`the model ${model} was not offered`]),
    ...checkConversation(conversation, format.rules),
  ]
}

function toDecision(reply: Reply, request: SeenRequest, id: string): Decision {
  if ('status' in reply) return { kind: 'error', error: reply, faults: reply }
  return { kind: 'answer', answer: toAnswer(reply, request, id), stream: request.stream, faults: reply }
}

function toSent(request: SeenRequest): OtherRequest {
  return { method: 'POST', path: request.path, headers: request.headers, body: request.body }
}

/** Headers in which a key belongs. */
const KEY_HEADERS: ReadonlySet<string> = new Set(['authorization', 'x-api-key', 'x-goog-api-key'])

function leaksIn({ method, path, headers, body }: OtherRequest, secret: string): readonly string[] {
  const places = [
    ['path', path],
    ['body', body],
    ...Object.entries(headers)
      .filter(([name]) => !KEY_HEADERS.has(name))
      .map(([name, value]) => [`header ${name}`, value] as const),
  ] as const
  return places.filter(([, text]) => text.includes(secret)).map(([place]) => `${method} ${path}: ${place}`)
}

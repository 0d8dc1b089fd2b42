import type { IncomingMessage, ServerResponse } from 'node:http'
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { deliver, holdBack, type Line } from './delivery.ts'
import type { Decision, Desk } from './desk.ts'
import type { RawRequest, WireEvent, WireFormat } from './format.ts'
import { answerOther } from './other.ts'

/** Answers one request over HTTP. `closing` ends those that wait. */
export async function answerHttp(
  { desk, formats, models, closing }: HttpContext,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const raw = await readRequest(incoming)
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const signal = AbortSignal.any([closing, gone.signal])
  for (const format of formats) {
    const read = format.read(raw)
    if (read === null) continue
    const decision = desk.decide({ format, transport: 'http', raw, read })
    return answerDecision(response, format, decision, signal)
  }
  desk.note(raw)
  const { status, body } = answerOther(raw, models)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export interface HttpContext {
  readonly desk: Desk
  readonly formats: readonly WireFormat[]
  readonly models: readonly string[]
  readonly closing: AbortSignal
}

async function answerDecision(
  response: ServerResponse,
  format: WireFormat,
  decision: Decision,
  signal: AbortSignal,
): Promise<void> {
  if (!(await holdBack(decision.faults, signal))) return
  const { status, headers, events } = toSent(format, decision)
  response.writeHead(status, { 'request-id': 'req_test', 'x-request-id': 'req_test', ...headers })
  response.flushHeaders()
  await deliver(toLine(response), events, decision.faults, signal)
}

interface Sent {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly events: readonly Uint8Array[]
}

function toSent(format: WireFormat, decision: Decision): Sent {
  const json = { 'content-type': 'application/json' }
  if (decision.kind === 'error') {
    const { status, body = format.error(status), headers = {} } = decision.error
    return { status, headers: { ...json, ...headers }, events: [Buffer.from(JSON.stringify(body))] }
  }
  if (!decision.stream) {
    return { status: 200, headers: json, events: [Buffer.from(JSON.stringify(format.whole(decision.answer)))] }
  }
  const events = format.events(decision.answer).map((event) => Buffer.from(toSse(event)))
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    events,
  }
}

function toSse({ name, data }: WireEvent): string {
  return `${name === null ? '' : `event: ${name}\n`}data: ${data}\n\n`
}

function toLine(response: ServerResponse): Line {
  return {
    write: async (bytes) => new Promise((resolve) => response.write(bytes, () => resolve())),
    end: () => void response.end(),
    destroy: () => void response.destroy(),
  }
}

async function readRequest(incoming: IncomingMessage): Promise<RawRequest> {
  const pieces: Buffer[] = []
  for await (const piece of incoming as AsyncIterable<Buffer>) pieces.push(piece)
  const headers = toHeaders(incoming)
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers,
    body: decode(Buffer.concat(pieces), headers['content-encoding']).toString('utf8'),
  }
}

export function toHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]))
}

function decode(bytes: Buffer, encoding: string | undefined): Buffer {
  switch (encoding) {
    case 'gzip':
      return gunzipSync(bytes)
    case 'deflate':
      return inflateSync(bytes)
    case 'br':
      return brotliDecompressSync(bytes)
    case 'zstd':
      return zstdDecompressSync(bytes)
    default:
      return bytes
  }
}

import type { IncomingMessage } from 'node:http'
import type { RawData, WebSocket } from 'ws'
import { cut, deliver, holdBack, type Line } from './delivery.ts'
import type { Decision, Desk } from './desk.ts'
import type { Answer } from './format.ts'
import { toHeaders } from './http.ts'
import { toList, toObject, toText, type JsonObject } from './json.ts'
import { readResponsesBody, responsesFormat } from './responses.ts'
import { responseEvents, responseOf } from './responses-answer.ts'

/**
 * Answers the requests of one WebSocket on `/v1/responses`: each is a message `response.create`, each event of the answer
 * one, too. A request may name the response before it and bring only what is new since. Resolves when it is closed.
 */
export async function answerSocket(
  { desk, closing }: { readonly desk: Desk; readonly closing: AbortSignal },
  socket: WebSocket,
  incoming: IncomingMessage,
): Promise<void> {
  const gone = new AbortController()
  const signal = AbortSignal.any([closing, gone.signal])
  const raw = { method: 'GET', path: incoming.url ?? '', headers: toHeaders(incoming) }
  const past = new Map<string, readonly unknown[]>()
  const answer = async (body: string): Promise<void> => {
    const asked = toObject(JSON.parse(body))
    if (asked['type'] !== 'response.create') return desk.note({ ...raw, body })
    const whole = withPast(asked, past)
    const read = readResponsesBody({ ...whole, stream: true }, raw.headers)
    const decision =
      asked['generate'] === false
        ? warmUp(read.model, past.size)
        : desk.decide({ format: responsesFormat, transport: 'websocket', raw: { ...raw, body }, read })
    if (decision.kind === 'answer') remember(past, whole, decision.answer)
    await answerDecision(socket, decision, signal)
  }
  // One after the other, as the connection says it.
  let work = Promise.resolve()
  socket.on('message', (data) => {
    work = work.then(async () => (signal.aborted ? undefined : answer(textOf(data))))
    work.catch(() => socket.terminate())
  })
  // A client that breaks off or talks nonsense is told by `close`, too.
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('close', resolve))
  gone.abort()
  await work
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : ''
}

function withPast(asked: JsonObject, past: ReadonlyMap<string, readonly unknown[]>): JsonObject {
  const before = past.get(toText(asked['previous_response_id'])) ?? []
  return { ...asked, input: [...before, ...toList(asked['input'])] }
}

/** A client may open its connection early with a request that shall bring no answer. */
function warmUp(model: string, count: number): Decision {
  const usage = { input: 0, cached: 0, output: 0 }
  const empty = { createdAt: 0, reasoning: '', text: '', calls: [], usage, stop: 'end' } as const
  return { kind: 'answer', answer: { ...empty, id: `warm${count}`, model }, stream: true, faults: {} }
}

function remember(past: Map<string, readonly unknown[]>, asked: JsonObject, answer: Answer): void {
  const { id, output } = responseOf(answer)
  past.set(id, [...toList(asked['input']), ...output])
}

async function answerDecision(socket: WebSocket, decision: Decision, signal: AbortSignal): Promise<void> {
  if (!(await holdBack(decision.faults, signal))) return
  const events = toEvents(decision).map((text) => Buffer.from(text))
  // A message is a frame of its own here, so it is the line that cuts.
  const { chunkBytes, ...faults } = decision.faults
  await deliver(toLine(socket, chunkBytes), events, faults, signal)
}

function toEvents(decision: Decision): readonly string[] {
  if (decision.kind === 'answer') return responseEvents(decision.answer).map(({ data }) => data)
  const { status, headers = {}, body = responsesFormat.error(status) } = decision.error
  return [JSON.stringify({ type: 'error', status, headers, ...toObject(body) })]
}

/** The connection stays for the next request. */
function toLine(socket: WebSocket, chunkBytes: number | undefined): Line {
  const send = async (bytes: Uint8Array, fin: boolean): Promise<void> =>
    new Promise((resolve) => socket.send(bytes, { binary: false, fin }, () => resolve()))
  return {
    async write(bytes) {
      const pieces = chunkBytes === undefined ? [bytes] : cut(bytes, chunkBytes)
      for (const [index, piece] of pieces.entries()) await send(piece, index === pieces.length - 1)
    },
    end: () => {},
    destroy: () => socket.terminate(),
  }
}

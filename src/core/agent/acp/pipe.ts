import type { AnyMessage, Stream } from '@agentclientprotocol/sdk'
import { createQueue } from '../../queue.ts'
import { asRecord, parseLine, textOf, type Fields } from '../logs/fields.ts'
import { createLineSplitter } from '../logs/lines.ts'

/** The protocol over a program's standard input and output, as the SDK wants it. */
export interface Pipe {
  readonly stream: Stream
  /** For the program; ends when told to. */
  readonly stdin: AsyncIterable<Uint8Array>
  /** What the program printed to standard output. */
  push(data: Uint8Array): void
  /** The program ended: all that was asked of it fails. */
  close(): void
  /** Ends its standard input, by which an agent knows that it is no longer needed. */
  endInput(): void
}

export interface PipeListener {
  /** In the order they were printed, and before any later answer is told. */
  update(sessionId: string, update: Fields): void
  /** A line that is no message of the protocol. */
  stray(line: string): void
}

/**
 * Session updates are taken out here: the SDK hands them over out of step with answers, and refuses kinds that it does
 * not know. What is no message is told and left out: the SDK would answer it, and write about it to our own terminal.
 */
export function createPipe(listener: PipeListener): Pipe {
  const stdin = createQueue<Uint8Array>()
  const encoder = new TextEncoder()
  const asked = new Set<unknown>()
  let controller: ReadableStreamDefaultController<AnyMessage> | null = null
  const readable = new ReadableStream<AnyMessage>({
    start: (given) => {
      controller = given
    },
    cancel: () => {
      controller = null
    },
  })
  const writable = new WritableStream<AnyMessage>({
    write: (message) => {
      if ('id' in message && 'method' in message) asked.add(message.id)
      stdin.push(encoder.encode(`${JSON.stringify(message)}\n`))
    },
  })
  const lines = createLineSplitter((line) => {
    if (line.trim() === '') return
    const message = parseLine(line)
    if (message === null || message['jsonrpc'] !== '2.0') return listener.stray(line)
    const update = toUpdate(message)
    if (update !== null) return listener.update(update.sessionId, update.update)
    if (isCall(message) || (isAnswer(message) && asked.delete(message.id))) controller?.enqueue(message)
    else listener.stray(line)
  })
  return {
    stream: { readable, writable },
    stdin,
    push: (data) => lines.push(data),
    close() {
      lines.end()
      if (lines.dropped > 0) listener.stray(`${lines.dropped} messages of the agent were too long to be read`)
      controller?.close()
      controller = null
      stdin.end()
    },
    endInput: () => stdin.end(),
  }
}

function toUpdate(message: Fields): { readonly sessionId: string; readonly update: Fields } | null {
  if (message['method'] !== 'session/update' || 'id' in message) return null
  const params = asRecord(message['params'])
  const update = params === null ? null : asRecord(params['update'])
  return params === null || update === null ? null : { sessionId: textOf(params, 'sessionId') ?? '', update }
}

function isCall(message: Fields): message is Fields & AnyMessage {
  return (
    typeof message['method'] === 'string' &&
    message['method'] !== 'session/update' &&
    (!('id' in message) || isId(message['id']))
  )
}

function isAnswer(message: Fields): message is Fields & AnyMessage & { readonly id: string | number } {
  return !('method' in message) && isId(message['id'])
}

function isId(id: unknown): boolean {
  return typeof id === 'string' || (typeof id === 'number' && Number.isFinite(id))
}

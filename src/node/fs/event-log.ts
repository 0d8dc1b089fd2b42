import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { AppError } from '../../contract/errors.ts'
import type { EventBody, StoredEvent } from '../../contract/events.ts'
import { parseEventLine, stampEvent, toEventLine } from '../../core/job/event-line.ts'
import type { Clock, EventSink, RunWriter } from '../../core/job/ports.ts'
import type { Redactor } from '../../core/job/redactor.ts'
import { NO_FOLLOW } from '../read/safe-read.ts'
import { toStorageError } from '../storage-error.ts'
import { recoverEventFile } from './event-file.ts'
import { createLineWriter } from './line-writer.ts'

/** The journal of one stream: file, then index, then subscribers, in this order for every event. */
export interface EventLog<Body extends EventBody> extends EventSink<Body> {
  /** Called for each event once it is in the file; must not throw. Returns how to stop. */
  subscribe(listener: EventListener): () => void
}

export type EventListener = (event: StoredEvent) => void

export interface EventLogOptions {
  readonly path: string
  /** Name of the stream in the index. */
  readonly stream: string
  readonly clock: Clock
  readonly redactor: Redactor
  readonly index: Pick<RunWriter, 'putEvent' | 'truncateEvents'> | null
  /** Output that events point at: in its file before they are in theirs, synced before they are. */
  readonly output?: { settled(): Promise<void>; sync(): Promise<void> }
}

/** Opens a stream's file, cuts what a crash left half-written, and goes on with the next seq. */
export async function openEventLog<Body extends EventBody>(options: EventLogOptions): Promise<EventLog<Body>> {
  const { path, stream, clock, redactor, index, output } = options
  const recovered = recoverEventFile(path)
  index?.truncateEvents(stream, recovered.lastSeq)
  const failing = (thrown: unknown): never => {
    throw toStorageError(thrown, `write ${path}`)
  }
  const handle = await open(path, constants.O_WRONLY | NO_FOLLOW).catch(failing)
  const listeners = new Set<EventListener>()
  let seq = recovered.lastSeq
  let closed = false

  const writer = createLineWriter<{ readonly event: StoredEvent; readonly redacted: boolean }>({
    handle,
    path,
    size: recovered.size,
    before: async () => output?.settled(),
    onWritten({ event, redacted }, line) {
      index?.putEvent(stream, event.seq, event.type, event.at, line)
      if (listeners.size === 0) return
      const shown = redacted ? parseEventLine(line) : event
      if (shown !== null) for (const listener of listeners) listener(shown)
    },
  })

  async function close(): Promise<void> {
    if (closed) return
    closed = true
    try {
      await writer.flush()
      await handle.datasync().catch(failing)
    } finally {
      writer.dispose()
      await handle.close()
      listeners.clear()
    }
  }

  return {
    append(body) {
      if (closed) throw new AppError('internal', `${body.type} was appended to ${stream} after its journal was closed`)
      seq += 1
      const event = stampEvent(seq, clock.timestamp(), body)
      const plain = toEventLine(event)
      const line = redactor.json(plain)
      writer.push({ event, redacted: line !== plain }, line)
    },
    async flush({ durable = false } = {}) {
      await writer.flush()
      if (!durable) return
      await output?.sync()
      await handle.datasync().catch(failing)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close,
  }
}

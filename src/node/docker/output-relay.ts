import { type AppError, toAppError } from '../../contract/errors.ts'
import type { ExecRequest, OutputChunk } from '../../core/environment/backend.ts'

/** Bytes that may wait for a slow consumer before the producer is held back. */
const HIGH_WATER_BYTES = 1024 * 1024
/** The same once the producer is known to have ended: all that pipes and the engine can still hold. */
const LAST_BYTES = 64 * 1024 * 1024

/** What has queued up behind a slow consumer reaches it in pieces of about this size, for fewer and larger writes. */
const TOGETHER_BYTES = 64 * 1024

/** Passes output on to the consumer of an exec, in order, one piece at a time. */
export interface OutputRelay {
  push(chunk: OutputChunk): void
  /** Whether the producer should be held back now. */
  full(): boolean
  /** Resolves when it should be no longer. */
  drained(): Promise<void>
  /** The producer has ended: take what is left even when the consumer is slow. */
  lift(): void
  /** Resolves when everything pushed was consumed. Rejects with what the consumer threw. */
  finish(): Promise<void>
  /** Counts of what was pushed, passed on or not. */
  readonly totals: () => { readonly outputBytes: number; readonly truncated: boolean }
}

/** `onFailure` is told at once when the consumer throws; what is pushed after that is dropped. */
export function createOutputRelay(
  request: Pick<ExecRequest, 'onOutput' | 'maxOutputBytes'>,
  onFailure: (error: AppError) => void,
): OutputRelay {
  const limit = request.onOutput === undefined ? 0 : (request.maxOutputBytes ?? Infinity)
  const queue: OutputChunk[] = []
  const waiting: (() => void)[] = []
  let highWater = HIGH_WATER_BYTES
  let queuedBytes = 0
  let outputBytes = 0
  let failure: AppError | null = null
  let consuming: Promise<void> | null = null

  const wake = (): void => {
    for (const resolve of waiting.splice(0)) resolve()
  }
  const full = (): boolean => failure === null && queuedBytes >= highWater
  const consume = async (): Promise<void> => {
    try {
      for (let chunk = takeTogether(queue); chunk !== null; chunk = takeTogether(queue)) {
        await request.onOutput?.(chunk)
        queuedBytes -= chunk.data.length
        if (!full()) wake()
      }
    } catch (thrown) {
      // An AppError from here on: it is not the engine's failure.
      failure = toAppError(thrown)
      queue.length = 0
      wake()
      onFailure(failure)
    } finally {
      consuming = null
    }
  }

  return {
    push(chunk) {
      const room = Math.max(0, limit - outputBytes)
      outputBytes += chunk.data.length
      if (room === 0 || failure !== null) return
      const data = chunk.data.subarray(0, Math.min(room, chunk.data.length))
      queue.push({ stream: chunk.stream, data })
      queuedBytes += data.length
      consuming ??= consume()
    },
    full,
    async drained() {
      if (!full()) return
      await new Promise<void>((resolve) => waiting.push(resolve))
    },
    lift() {
      highWater = LAST_BYTES
      if (!full()) wake()
    },
    async finish() {
      while (consuming !== null) await consuming
      if (failure !== null) throw failure
    },
    totals: () => ({
      outputBytes,
      truncated: request.maxOutputBytes !== undefined && outputBytes > request.maxOutputBytes,
    }),
  }
}

/** The next piece for the consumer: what waits of one stream, joined up to a size. */
function takeTogether(queue: OutputChunk[]): OutputChunk | null {
  const [first] = queue
  if (first === undefined) return null
  let bytes = 0
  let count = 0
  for (const { stream, data } of queue) {
    if (stream !== first.stream || (count > 0 && bytes + data.length > TOGETHER_BYTES)) break
    bytes += data.length
    count += 1
  }
  const taken = queue.splice(0, count)
  if (count === 1) return first
  const parts = taken.map(({ data }) => data)
  return { stream: first.stream, data: Buffer.concat(parts, bytes) }
}

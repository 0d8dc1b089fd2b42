import type { Duplex } from 'node:stream'
import type { ExecRequest } from '../../core/environment/backend.ts'
import { createRootPidReader } from './exec-root.ts'
import type { ExecSession } from './exec-session.ts'
import { createExecWatch, type ExecStatus } from './exec-watch.ts'
import { createFrameSplitter } from './frames.ts'
import { createOutputRelay, type OutputRelay } from './output-relay.ts'
import { isTimeout } from './translate.ts'

/** After the command's processes were ended: silence, and time in all, that a stream held by a daemon is still read. */
const TAIL_QUIET_MS = 1000
const TAIL_MAX_MS = 3000
/** Questions in a row that an engine may leave unanswered before it counts as lost. */
const PATIENCE = 3

/** The output of a running command on its way to the consumer. */
export interface FollowedOutput {
  /** The command's pid inside the container; null where it was not started. */
  readonly rootPid: Promise<number | null>
  /** Resolves when the stream has ended and all was consumed; rejects with what broke the stream or the consumer threw. */
  readonly done: Promise<void>
  /** The command was ended: takes what is still under way, then closes the stream even if a daemon holds it open. */
  takeTail(): void
  totals: OutputRelay['totals']
}

export function followOutput(session: ExecSession, request: ExecRequest): FollowedOutput {
  const { stream } = session
  const root = createRootPidReader()
  const tail = createTail(() => cut())
  const relay = createOutputRelay(request, (error) => stream.destroy(asError(error)))
  const watch = createExecWatch({
    ask: patientStatus(session),
    onEndedHeldBack: () => relay.lift(),
    onEndedSilent: () => cut(),
    onLost: (error) => stream.destroy(asError(error)),
  })
  let isCut = false
  const cut = (): void => {
    isCut = true
    stream.destroy()
  }

  const read = async (): Promise<void> => {
    const split = createFrameSplitter()
    watch.awaitData()
    for await (const chunk of asBytes(stream)) {
      watch.pause()
      tail.arrived()
      for (const piece of split(chunk)) {
        const rest = root.take(piece)
        if (rest !== null) relay.push(rest)
      }
      if (relay.full()) {
        watch.awaitConsumer()
        await relay.drained()
      }
      watch.awaitData()
    }
  }
  const follow = async (): Promise<void> => {
    try {
      await read()
    } catch (error) {
      if (!isCut) {
        // Its own error says more than that the stream broke, which is only how it stopped the reading.
        await relay.finish()
        throw error
      }
    } finally {
      watch.pause()
      tail.dispose()
      stream.destroy()
      const rest = root.end()
      if (rest !== null) relay.push(rest)
    }
    await relay.finish()
  }

  return {
    rootPid: root.pid,
    done: follow(),
    takeTail() {
      relay.lift()
      tail.begin()
    },
    totals: relay.totals,
  }
}

/** Closes a stream some time after its command was ended, sooner when nothing comes. */
function createTail(close: () => void) {
  let quiet: NodeJS.Timeout | undefined
  let end: NodeJS.Timeout | undefined
  return {
    begin() {
      quiet = setTimeout(close, TAIL_QUIET_MS)
      end = setTimeout(close, TAIL_MAX_MS)
    },
    arrived: () => quiet?.refresh(),
    dispose() {
      clearTimeout(quiet)
      clearTimeout(end)
    },
  }
}

/** A saturated engine may be late; only one that stays silent is lost. */
function patientStatus(session: ExecSession): () => Promise<ExecStatus> {
  let unanswered = 0
  return async () => {
    try {
      const { running } = await session.status()
      unanswered = 0
      return running ? 'running' : 'ended'
    } catch (error) {
      unanswered += 1
      if (isTimeout(error) && unanswered < PATIENCE) return 'running'
      throw error
    }
  }
}

function asBytes(stream: Duplex): AsyncIterable<Uint8Array> {
  return stream
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

import type { ExecRequest } from '../../core/environment/backend.ts'
import { createSilence } from '../silence.ts'
import { arrivals } from './arrivals.ts'
import { createRootPidReader } from './exec-root.ts'
import type { ExecSession } from './exec-session.ts'
import { createExecWatch } from './exec-watch.ts'
import { createFrameSplitter } from './frames.ts'
import { createOutputRelay, type OutputRelay } from './output-relay.ts'

/** After the command's processes were ended: silence, and time in all, that a stream held by a daemon is still read. */
const TAIL_QUIET_MS = 1000
const TAIL_MAX_MS = 3000

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

/** `onFailure` is told at once when the consumer throws; the command is still followed then, to be ended. */
export function followOutput(
  session: ExecSession,
  request: ExecRequest,
  onFailure: (error: unknown) => void,
): FollowedOutput {
  const { stream } = session
  const root = createRootPidReader()
  const tail = createTail(() => stream.destroy())
  const relay = createOutputRelay(request, onFailure)
  let lost: { readonly error: unknown } | null = null
  const watch = createExecWatch({
    ask: async () => ((await session.status()).exitCode === null ? 'running' : 'ended'),
    onEndedHeldBack: () => relay.lift(),
    onEndedSilent: () => stream.destroy(),
    // Not by the stream: an error there may be taken for the other side's closing.
    onLost(error) {
      lost = { error }
      stream.destroy()
    },
  })

  const read = async (): Promise<void> => {
    const split = createFrameSplitter()
    watch.awaitData()
    for await (const chunk of arrivals(stream, request.stdin !== undefined)) {
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
    if (lost !== null) throw lost.error
  }
  const follow = async (): Promise<void> => {
    try {
      await read()
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
  const quiet = createSilence(TAIL_QUIET_MS, close)
  let end: NodeJS.Timeout | undefined
  let isOver = false
  return {
    begin() {
      if (isOver) return
      quiet.begin()
      end = setTimeout(close, TAIL_MAX_MS)
    },
    arrived() {
      if (end !== undefined) quiet.begin()
    },
    dispose() {
      isOver = true
      quiet.end()
      clearTimeout(end)
    },
  }
}

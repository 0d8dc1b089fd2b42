import { createSilence } from '../silence.ts'

/** First look at a silent command, and the longest pause between two looks. */
const SILENT_FIRST_MS = 2000
const SILENT_MAX_MS = 10_000
/** How often to look while the consumer is what everybody waits for. */
const HELD_BACK_MS = 500
/** Silence after the command's end that closes a stream which a daemon of it keeps open. */
const QUIET_AFTER_END_MS = 1000

/** What the engine says of a command. */
export type ExecStatus = 'running' | 'ended'

export interface ExecWatchOptions {
  /** Asks the engine; rejects when it does not answer or no longer knows the command. */
  readonly ask: () => Promise<ExecStatus>
  /** The command has ended, the consumer is slow: the engine will not keep what is left for long. */
  readonly onEndedHeldBack: () => void
  /** The command has ended and nothing comes any more, but the stream stays open. */
  readonly onEndedSilent: () => void
  /** The engine or the container is lost. */
  readonly onLost: (error: unknown) => void
}

/**
 * Watches over a stream of output, because its end cannot be trusted: a daemon that a command left behind keeps it open,
 * a dead network connection never ends it, and some engines throw away what is not fetched soon after the command's end.
 * Asks nothing while output flows.
 */
export interface ExecWatch {
  /** Now waiting for the engine to send something. */
  readonly awaitData: () => void
  /** Now waiting for the consumer. */
  readonly awaitConsumer: () => void
  /** Not waiting. */
  readonly pause: () => void
}

export function createExecWatch(options: ExecWatchOptions): ExecWatch {
  let timer: NodeJS.Timeout | undefined
  const silence = createSilence(QUIET_AFTER_END_MS, options.onEndedSilent)
  // Answers to questions of an earlier wait are out of date.
  let wait = 0

  const pause = (): void => {
    wait += 1
    clearTimeout(timer)
    silence.end()
  }
  const look = async (mine: number, act: (status: ExecStatus) => void): Promise<void> => {
    try {
      const status = await options.ask()
      if (mine === wait) act(status)
    } catch (error) {
      if (mine === wait) options.onLost(error)
    }
  }
  const later = (ms: number, act: (status: ExecStatus) => void): void => {
    const mine = wait
    timer = setTimeout(() => {
      look(mine, act).catch(options.onLost)
    }, ms)
  }
  const lookIntoSilence = (ms: number): void =>
    later(ms, (status) => {
      if (status === 'running') lookIntoSilence(Math.min(ms * 2, SILENT_MAX_MS))
      else silence.begin()
    })
  const lookWhileHeldBack = (): void =>
    later(HELD_BACK_MS, (status) => {
      if (status === 'running') lookWhileHeldBack()
      else options.onEndedHeldBack()
    })

  return {
    awaitData() {
      pause()
      lookIntoSilence(SILENT_FIRST_MS)
    },
    awaitConsumer() {
      pause()
      lookWhileHeldBack()
    },
    pause,
  }
}

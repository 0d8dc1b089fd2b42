import type { MessagePortMain } from 'electron'
import { report } from '../report.ts'
import { type Engine, type EngineEnd, type EngineOptions, type Patience, startEngine } from './engine.ts'
import type { EngineQuestion } from './messages.ts'

/** Keeps an engine running: after a crash it is started again, after longer and longer waits. */
export interface EngineHost {
  /** Gives the engine a page's port, once it runs. Rejects with AppError that says why there is no engine. */
  connect(port: MessagePortMain): Promise<void>
  /** Rejects with AppError, also where there is no engine to answer. */
  ask(question: EngineQuestion): Promise<unknown>
  /** One has started and not ended: there may be jobs. */
  isRunning(): boolean
  /** Ends the engine, its jobs included, and starts it again. Rejects with AppError where it does not start. */
  restart(): Promise<void>
  /** For good. Resolves when the process is gone. */
  stop(): Promise<void>
}

export interface EngineHostOptions extends EngineOptions {
  /** A running engine has ended; the ports that it had lead nowhere. */
  readonly onLost: (reason: string) => void
  readonly timing?: Timing
}

export interface Timing extends Patience {
  readonly firstWaitMs: number
  readonly longestWaitMs: number
  /** The end of one that ran so long is no sign that the next one fails too. */
  readonly soundAfterMs: number
}

const TIMING: Timing = { firstWaitMs: 250, longestWaitMs: 30_000, soundAfterMs: 60_000, stopMs: 20_000, forceMs: 5000 }

/** Starts an engine at once. */
export function createEngineHost(options: EngineHostOptions): EngineHost {
  const { timing = TIMING, onLost } = options
  let failures = 0
  let isStopped = false
  /** Of a start that is to come: makes it come now. */
  let beginNow: (() => void) | null = null
  let restarting: Promise<void> | null = null
  let isRunning = false
  let engine: Engine
  let ready: Promise<Engine>
  begin()

  function begin(): void {
    const startedAt = Date.now()
    beginNow = null
    engine = startEngine(options)
    ready = engine.ready
    ready.then(
      () => (isRunning = true),
      () => undefined,
    )
    engine.ended
      .then((end) => goOn(end, Date.now() - startedAt))
      .catch((error: unknown) => report('the engine is not kept running', error))
  }

  function goOn({ reason, wasReady, isRefusal }: EngineEnd, ranMs: number): void {
    isRunning = false
    if (wasReady) onLost(reason)
    if (isStopped || isRefusal) return
    failures = ranMs > timing.soundAfterMs ? 1 : failures + 1
    const next = beginAfter(Math.min(timing.longestWaitMs, timing.firstWaitMs * 2 ** (failures - 1)))
    // Whoever asks for it hears of its failure.
    next.catch(() => undefined)
    // Who asks meanwhile waits for it; where there never was one, they are told why.
    if (wasReady) ready = next
  }

  async function beginAfter(waitMs: number): Promise<Engine> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => beginNow?.(), waitMs)
      beginNow = () => {
        clearTimeout(timer)
        if (!isStopped) begin()
        resolve()
      }
    })
    return engine.ready
  }

  async function restart(): Promise<void> {
    await engine.stop(timing)
    failures = 0
    if (beginNow === null) begin()
    else beginNow()
    await engine.ready
  }

  return {
    connect: async (port) => (await ready).connect(port),
    ask: async (question) => (await ready).ask(question),
    isRunning: () => isRunning,
    async restart() {
      restarting ??= restart().finally(() => {
        restarting = null
      })
      await restarting
    },
    async stop() {
      isStopped = true
      beginNow?.()
      await engine.stop(timing)
    },
  }
}

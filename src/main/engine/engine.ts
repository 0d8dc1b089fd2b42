import type { MessagePortMain } from 'electron'
import { AppError } from '../../contract/errors.ts'
import type { EngineProcess, LaunchEngine } from './launch.ts'
import type { AppQuestion, EngineQuestion, EngineStart, FromEngine } from './messages.ts'
import { createQuestions, reply } from './questions.ts'

/** One process of the engine, from its start to its end. */
export interface Engine {
  /** Rejects with AppError, whose message says why, where it ended before it was ready. */
  readonly ready: Promise<Engine>
  readonly ended: Promise<EngineEnd>
  connect(port: MessagePortMain): void
  ask(question: EngineQuestion): Promise<unknown>
  /** Resolves when the process is gone: asked to end, then hurried, then killed. */
  stop(patience: Patience): Promise<void>
}

export interface EngineEnd {
  /** For people. */
  readonly reason: string
  readonly wasReady: boolean
  /** Another start would end likewise. */
  readonly isRefusal: boolean
}

/** How long an engine may take to end its jobs, and then to give up on them. */
export interface Patience {
  readonly stopMs: number
  readonly forceMs: number
}

export interface EngineOptions {
  readonly launch: LaunchEngine
  readonly start: () => EngineStart
  readonly answer: (question: AppQuestion) => Promise<unknown>
}

export function startEngine({ launch, start, answer }: EngineOptions): Engine {
  let wasReady = false
  let isStopping = false
  let refusal: string | null = null
  const ready = createLatch<Engine>()
  const ended = createLatch<EngineEnd>()
  const onMessage = (message: FromEngine): void => {
    if (message.type === 'listening') child.send({ type: 'start', config: start() })
    if (message.type === 'ready') {
      wasReady = true
      ready.resolve(engine)
    }
    if (message.type === 'refused') {
      refusal = message.reason
      ready.reject(new AppError('disconnected', refusal))
      child.kill()
    }
    if (message.type === 'ask') reply(message.id, async () => answer(message.question), child.send)
    if (message.type === 'answer') questions.onAnswer(message)
  }
  const child: EngineProcess = launch({
    onMessage,
    onExit({ how, stderr }) {
      const reason =
        refusal ?? (isStopping ? 'the engine was ended' : wasReady ? `the engine ended ${how}` : whyNot(how, stderr))
      questions.end(reason)
      ready.reject(new AppError('disconnected', reason))
      ended.resolve({ reason, wasReady, isRefusal: refusal !== null })
    },
  })
  const questions = createQuestions<EngineQuestion>(child.send)
  // Whoever asks for it hears of its failure.
  ready.promise.catch(() => undefined)
  const engine: Engine = {
    ready: ready.promise,
    ended: ended.promise,
    connect: child.connect,
    ask: questions.ask,
    async stop({ stopMs, forceMs }) {
      isStopping = true
      child.send({ type: 'stop', force: false })
      const hurry = setTimeout(() => child.send({ type: 'stop', force: true }), stopMs)
      const kill = setTimeout(child.kill, stopMs + forceMs)
      // Of one that was killed nothing more can be done: nobody is to wait for it longer than that.
      const gone = createLatch<void>()
      const giveUp = setTimeout(gone.resolve, stopMs + forceMs + GONE_MS)
      await Promise.race([ended.promise, gone.promise])
      for (const timer of [hurry, kill, giveUp]) clearTimeout(timer)
    },
  }
  return engine
}

/** With its last words, which are all there is to go by. */
function whyNot(how: string, stderr: string): string {
  return `the engine did not start: it ended ${how}${stderr === '' ? '' : `\n${stderr.slice(-MAX_WORDS)}`}`
}

const MAX_WORDS = 1000
const GONE_MS = 3000

interface Latch<T> {
  readonly promise: Promise<T>
  resolve(this: void, value: T): void
  reject(this: void, error: AppError): void
}

function createLatch<T>(): Latch<T> {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: AppError) => void = () => undefined
  const promise = new Promise<T>((onDone, onFail) => {
    resolve = onDone
    reject = onFail
  })
  return { promise, resolve, reject }
}

import { Worker } from 'node:worker_threads'
import { AppError, toAppError } from '../../contract/errors.ts'
import type {
  Answer,
  Answers,
  Change,
  FromWorker,
  Interrupted,
  Question,
  ToWorker,
  WorkerSettings,
} from './protocol.ts'

/** The database worker, seen from the engine's thread. */
export interface WorkerClient {
  /** Applied before anything that is asked later; lost where the worker broke, as the files have it all. */
  send(changes: readonly Change[]): void
  /** Rejects with the worker's AppError, or store-corrupt when the worker itself ended. */
  ask<Asked extends Question>(question: Asked, interrupted?: Interrupted): Promise<Answers[Asked['kind']]>
  close(): Promise<void>
}

interface Asked {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: AppError) => void
}

interface Running {
  readonly worker: Worker
  readonly asked: Map<number, Asked>
}

/** Rows come and go here by the thousand: with V8's own limit, what is long dead would be most of the engine's memory. */
const YOUNG_MB = 16

/** Started with the first message, and after it broke again with the next question. */
export function createWorkerClient(settings: WorkerSettings): WorkerClient {
  let running: Running | null = null
  let broke = false
  let lastId = 0
  let closed = false

  function start(): Running {
    if (closed) throw new AppError('internal', 'the index was used after it was closed')
    const worker = new Worker(workerUrl(), {
      workerData: settings,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    })
    const asked = new Map<number, Asked>()
    const started = { worker, asked }
    const fail = (thrown: unknown): void => {
      if (running === started) running = null
      broke = true
      const cause = toAppError(thrown)
      for (const { reject } of asked.values())
        reject(new AppError('store-corrupt', `the index stopped: ${cause.message}`, { cause }))
      asked.clear()
    }
    worker.on('message', (message: FromWorker) => settle(asked, message))
    worker.on('error', fail)
    worker.on('exit', (code) => fail(new AppError('internal', `its thread ended with code ${code}`)))
    running = started
    broke = false
    return started
  }

  async function ask<Asked extends Question>(
    question: Asked,
    interrupted: Interrupted = null,
  ): Promise<Answers[Asked['kind']]> {
    const { worker, asked } = running ?? start()
    lastId += 1
    const message: ToWorker = { kind: 'question', id: lastId, question, interrupted }
    const answer = await new Promise<Answer>((resolve, reject) => {
      asked.set(message.id, { resolve, reject })
      worker.postMessage(message, [])
    })
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker answers each kind as `Answers` has it
    return answer as Answers[Asked['kind']]
  }

  return {
    send(changes) {
      const message: ToWorker = { kind: 'changes', changes }
      if (running === null && broke) return
      const { worker } = running ?? start()
      worker.postMessage(message, [])
    },
    ask,
    async close() {
      if (closed) return
      const { worker } = running ?? {}
      try {
        if (worker !== undefined) await ask({ kind: 'close' })
      } catch {
        // A broken index is mended when it is opened next.
      } finally {
        closed = true
        await worker?.terminate()
      }
    },
  }
}

function settle(asked: Map<number, Asked>, message: FromWorker): void {
  const waiting = asked.get(message.id)
  asked.delete(message.id)
  if ('answer' in message) return waiting?.resolve(message.answer)
  const { code, message: text, details } = message.error
  waiting?.reject(new AppError(code, text, { details }))
}

/** Beside this module: its source where this is run from source, else the bundle. */
function workerUrl(): URL {
  const name = import.meta.url.endsWith('.ts') ? './db-worker.ts' : './db-worker.js'
  return new URL(name, import.meta.url)
}

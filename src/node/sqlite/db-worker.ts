import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '../../contract/errors.ts'
import { errnoOf, toStorageError } from '../storage-error.ts'
import { isDamage } from './open-index.ts'
import { isWorkerSettings, type FromWorker, type ToWorker } from './protocol.ts'
import { openSession } from './session.ts'

/* Entry of the database worker: one thread that alone has the index open, so that no query holds the engine up. */

if (!isWorkerSettings(workerData)) throw new AppError('internal', 'the database worker was started without settings')
const session = openSession(workerData)

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'changes') return session.apply(message.changes)
  parentPort?.postMessage(answer(message), [])
  if (message.question.kind === 'close') parentPort?.close()
})

function answer({ id, question, interrupted }: Extract<ToWorker, { kind: 'question' }>): FromWorker {
  try {
    return { id, answer: session.answer(question, interrupted) }
  } catch (thrown) {
    const { code, message, details } = toIndexError(thrown)
    return { id, error: { code, message, details } }
  }
}

function toIndexError(thrown: unknown): AppError {
  const hint = 'the files of the jobs are not affected; tbcc reindex makes the index anew'
  if (isDamage(thrown))
    return new AppError('store-corrupt', `the index is damaged: ${String(thrown)}`, {
      cause: thrown,
      details: { hint },
    })
  const code = errnoOf(thrown)
  if (!code.startsWith('SQLITE_')) return toStorageError(thrown, 'read the jobs folder')
  const why = code.startsWith('SQLITE_BUSY') ? 'another process is writing it' : code
  return new AppError(
    code === 'SQLITE_FULL' ? 'storage-full' : 'storage-failed',
    `the index could not be used: ${why}`,
    { cause: thrown, details: { hint } },
  )
}

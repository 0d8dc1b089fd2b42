import type { ClientRequest } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type AppError, toAppError } from '../../contract/errors.ts'
import type { Archive } from '../../core/environment/backend.ts'
import { containerError } from './container-state.ts'
import { answered, WORK_MS } from './deadline.ts'
import type { Engine } from './engine.ts'
import { type Answer, answerOf, toRefusal, translated } from './http-call.ts'
import { movedBelow } from './move-archive.ts'
import { isGone, statusOf, toEngineError } from './translate.ts'

/** Unpacks a tar at a directory of a container, which is made where missing. */
export async function putArchive(
  engine: Engine,
  containerId: string,
  directory: string,
  archive: Archive,
): Promise<void> {
  try {
    const taken = await offer(engine, containerId, directory, archive)
    // Docker makes no directory for an archive, but does for its entries. Podman makes both and never comes here.
    if (!taken) await offer(engine, containerId, '/', movedBelow(archive, directory))
  } catch (error) {
    throw await containerError(engine, containerId, error, `write to ${directory} of the environment`)
  }
}

/** A tar of a path of a container; null where nothing stands there. It must be read to its end or returned from. */
export async function getArchive(engine: Engine, containerId: string, path: string): Promise<Archive | null> {
  const doing = `read ${path} of the environment`
  try {
    const container = engine.docker.getContainer(containerId)
    const stream = await answered(WORK_MS, async (abortSignal) => container.getArchive({ path, abortSignal }))
    return translated(arriving(Readable.from(stream)), (error) => archiveError(error, doing))
  } catch (error) {
    if (statusOf(error) === 404 && !isGone(error)) return null
    throw await containerError(engine, containerId, error, doing)
  }
}

/**
 * Sends an archive; false, and nothing of it read, when the engine does not know the directory. `Expect: 100-continue`
 * makes that possible: the engine looks at the directory before it asks for the body (dockerode sends it unasked).
 */
async function offer(engine: Engine, containerId: string, directory: string, archive: Archive): Promise<boolean> {
  const request = engine.request({
    method: 'PUT',
    path: `/containers/${containerId}/archive?path=${encodeURIComponent(directory)}`,
    headers: { 'Content-Type': 'application/x-tar', 'Transfer-Encoding': 'chunked', Expect: '100-continue' },
  })
  const answer = answerOf(request)
  const wanted = new Promise<true>((resolve) => request.once('continue', () => resolve(true)))
  request.flushHeaders()
  try {
    const sent = await Promise.race([wanted, answer.then(() => false)])
    const told = sent ? await Promise.race([answer, send(archive, request, answer)]) : await answer
    if (told.status === 200) return true
    const refusal = toRefusal(told)
    if (told.status === 404 && !sent && !isGone(refusal)) return false
    throw refusal
  } catch (error) {
    request.destroy()
    throw error
  }
}

async function send(archive: Archive, request: ClientRequest, answer: Promise<Answer>): Promise<Answer> {
  // What fails in the source is not the engine's failure.
  await pipeline(Readable.from(translated(archive, toAppError)), request)
  return answer
}

/** A stream that breaks when the engine falls silent; the consumer may take its time. */
async function* arriving(stream: Readable): AsyncGenerator<Uint8Array> {
  const giveUp = (): unknown => stream.destroy(new DOMException('no answer in time', 'TimeoutError'))
  let silence = setTimeout(giveUp, WORK_MS)
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      clearTimeout(silence)
      yield chunk
      silence = setTimeout(giveUp, WORK_MS)
    }
  } finally {
    clearTimeout(silence)
  }
}

function archiveError(error: unknown, doing: string): AppError {
  return toEngineError(error, { doing, code: 'internal', unreachable: 'environment-gone' })
}

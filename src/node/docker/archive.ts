import { Readable } from 'node:stream'
import { type AppError, toAppError } from '../../contract/errors.ts'
import type { Archive } from '../../core/environment/backend.ts'
import { assertReadable, containerError } from './container-state.ts'
import { answered, WORK_MS } from './deadline.ts'
import type { Engine } from './engine.ts'
import { answerOf, giveUpOnSilence, streamOf, translated } from './http-call.ts'
import { movedBelow } from './move-archive.ts'
import { isGone, statusOf, toEngineError } from './translate.ts'

/**
 * Unpacks a tar at a directory of a container, which is made where missing: by the archive itself, unpacked one level
 * up, because engines make folders for entries but not for archives. Asking first costs less than a millisecond; an
 * engine's refusal would come too late, when it has read from the archive.
 */
export async function putArchive(
  engine: Engine,
  containerId: string,
  directory: string,
  archive: Archive,
): Promise<void> {
  try {
    if (await exists(engine, containerId, directory)) await upload(engine, containerId, directory, archive)
    else await upload(engine, containerId, '/', movedBelow(archive, directory))
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
    if (statusOf(error) !== 404 || isGone(error)) throw await containerError(engine, containerId, error, doing)
    await assertReadable(engine, containerId).catch((unread: unknown) => {
      throw archiveError(unread, doing)
    })
    return null
  }
}

async function exists(engine: Engine, containerId: string, path: string): Promise<boolean> {
  const url = `/containers/${containerId}/archive?path=${encodeURIComponent(path)}`
  const request = engine.request({ method: 'HEAD', path: url, headers: {} })
  const answer = answerOf(request)
  request.end()
  const { status } = await answer
  // A container that does not exist is refused at the upload, with words.
  return status === 200
}

async function upload(engine: Engine, containerId: string, directory: string, archive: Archive): Promise<void> {
  const request = engine.request({
    method: 'PUT',
    path: `/containers/${containerId}/archive?path=${encodeURIComponent(directory)}`,
    headers: { 'Content-Type': 'application/x-tar' },
  })
  giveUpOnSilence(request)
  // What fails in the source is not the engine's failure.
  const response = await streamOf(request, translated(archive, toAppError))
  response.resume()
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

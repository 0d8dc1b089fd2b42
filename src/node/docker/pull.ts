import { AppError } from '../../contract/errors.ts'
import type { ImageProgress } from '../../core/environment/backend.ts'
import { throwIfCancelled } from '../cancelled.ts'
import type { Engine } from './engine.ts'
import { failureOf } from './engine-message.ts'
import { type ImageReference, parseImageReference } from './image-reference.ts'
import { jsonLines } from './json-lines.ts'
import { platformHint, wantedPlatform } from './platform.ts'
import { createPullProgress } from './pull-progress.ts'
import { findRegistryAuth } from './registry-auth.ts'
import { engineMessage, statusOf, toEngineError } from './translate.ts'

/** Pulls an image. Codes: image-not-found, image-pull-failed. */
export async function pullImage(
  engine: Engine,
  name: string,
  report: (progress: ImageProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const reference = parseImageReference(name)
  const auth = await findRegistryAuth(engine.connection, reference.registry)
  try {
    const query = toQuery(reference, wantedPlatform(engine))
    const stream = await engine.docker.createImage(auth ?? undefined, { ...query, abortSignal: signal })
    const progress = createPullProgress(name, report)
    for await (const message of jsonLines(stream)) {
      const failure = failureOf(message)
      if (failure !== null) throw pullFailed(engine, name, reference, failure)
      progress.take(message)
    }
  } catch (error) {
    throwIfCancelled(signal)
    if (statusOf(error) !== null) throw pullFailed(engine, name, reference, engineMessage(error))
    throw toEngineError(error, { doing: `pull ${name}`, code: 'image-pull-failed', unreachable: 'backend-unavailable' })
  }
}

/** Without a tag an engine would pull every tag of a repository. */
function toQuery(
  { repository, tag, digest }: ImageReference,
  platform: string | null,
): { fromImage: string; tag?: string; platform?: string } {
  const ofPlatform = platform === null ? {} : { platform }
  if (digest !== null) return { fromImage: `${repository}@${digest}`, ...ofPlatform }
  return { fromImage: repository, tag: tag ?? 'latest', ...ofPlatform }
}

/** Registries say in many words that an image is missing, that one must log in, or that the way there is closed. */
function pullFailed(engine: Engine, name: string, { registry }: ImageReference, message: string): AppError {
  const fail = (code: 'image-not-found' | 'image-pull-failed', what: string, hint: string): AppError =>
    new AppError(code, `${what}: ${message}`, { details: { hint, image: name, registry } })
  const ofPlatform = platformHint(engine, message)
  if (ofPlatform !== null) return fail('image-pull-failed', `The image ${name} could not be pulled`, ofPlatform)
  if (/toomanyrequests|rate limit/i.test(message)) {
    return fail(
      'image-pull-failed',
      `The registry ${registry} limits pulls`,
      `Wait, or log in with "docker login ${registry}".`,
    )
  }
  if (/access denied|unauthorized|authentication required|no basic auth|denied:/i.test(message)) {
    const hint = `Check the name; for a private image log in with "docker login ${registry}".`
    return fail('image-not-found', `The image ${name} does not exist or may not be pulled`, hint)
  }
  if (/not found|manifest unknown|name unknown|does not exist|no such image/i.test(message)) {
    return fail(
      'image-not-found',
      `The image ${name} does not exist`,
      'Check the name and tag, or build it with --force-build.',
    )
  }
  if (/no space left/i.test(message)) {
    return new AppError('storage-full', `The image ${name} could not be pulled: ${message}`, {
      details: { hint: 'Free space where the engine keeps its data, e.g. with "docker system prune".' },
    })
  }
  const hint = `Check that the engine reaches ${registry} (network, proxy of the engine), or load the image by hand.`
  return fail('image-pull-failed', `The image ${name} could not be pulled`, hint)
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, toAppError } from '../../contract/errors.ts'
import type { EnvironmentSpec, ImageProgress } from '../../core/environment/backend.ts'
import { throwIfCancelled } from '../cancelled.ts'
import { type BuildContext, openBuildContext } from './build-context.ts'
import { type BuildLog, createBuildLog } from './build-log.ts'
import { requestBuild } from './build-request.ts'
import { type BuildSession, openBuildSession } from './buildkit-session.ts'
import { TRACE_ID, traceText } from './buildkit-trace.ts'
import { withCaBundle } from './ca-bundle.ts'
import type { Engine } from './engine.ts'
import { failureOf, textOf } from './engine-message.ts'
import { labelsOfBuild } from './image-bases.ts'
import { jsonLines } from './json-lines.ts'
import { platformHint } from './platform.ts'
import { findRegistryAuth } from './registry-auth.ts'
import { engineMessage, statusOf, toEngineError } from './translate.ts'

const NETWORKS_OF_BUILDKIT: ReadonlySet<string | null> = new Set([null, 'default', 'host', 'none'])

/** Builds `contextDir` under its tag. Code: image-build-failed, with the last lines in details.log. */
export async function buildImage(
  engine: Engine,
  spec: EnvironmentSpec,
  report: (progress: ImageProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const log = createBuildLog(report)
  let session: BuildSession | null = null
  try {
    const dockerfile = await readDockerfile(spec.contextDir)
    const { caBundle } = spec.options
    const replaced = caBundle === null ? new Map() : await withCaBundle(caBundle, spec.contextDir, dockerfile)
    const context = await openBuildContext(spec.contextDir, replaced)
    const labels = await labelsOfBuild(engine, dockerfile)
    session = await sessionFor(engine, spec, context)
    await follow(engine, await requestBuild(engine, spec, { dockerfile, context, labels, session, signal }), log)
  } catch (error) {
    throwIfCancelled(signal)
    throw buildError(engine, error, log)
  } finally {
    session?.close()
  }
}

async function readDockerfile(directory: string): Promise<string> {
  try {
    return await readFile(join(directory, 'Dockerfile'), 'utf8')
  } catch (error) {
    throw toAppError(error, 'image-build-failed')
  }
}

/**
 * With a session the engine builds with BuildKit, as Harbor's compose does; null: with the classic builder, where
 * BuildKit does not reach (a named network) or is not spoken (a proxy before the engine that forbids sessions). Podman
 * has a builder of its own, which needs no session and knows BuildKit's instructions.
 */
async function sessionFor(engine: Engine, spec: EnvironmentSpec, context: BuildContext): Promise<BuildSession | null> {
  if (engine.version.isPodman || !NETWORKS_OF_BUILDKIT.has(spec.options.buildNetwork)) return null
  try {
    return await openBuildSession(engine, {
      context,
      // Equal tags stand for equal content.
      sharedKey: spec.buildTag,
      credentialsOf: async (host) => findRegistryAuth(engine.connection, registryOf(host)),
    })
  } catch {
    return null
  }
}

/** BuildKit asks by the host that it connects to. */
function registryOf(host: string): string {
  return /(^|\.)docker\.io$/.test(host) ? 'docker.io' : host
}

async function follow(engine: Engine, stream: AsyncIterable<Uint8Array>, log: BuildLog): Promise<void> {
  const told = new Set<string>()
  for await (const message of jsonLines(stream)) {
    const failure = failureOf(message)
    if (failure !== null) {
      log.end()
      throw buildFailed(engine, failure, log)
    }
    const aux = message['aux']
    if (message['id'] === TRACE_ID && typeof aux === 'string') log.write(traceText(aux, told))
    else log.write(textOf(message, 'stream'))
  }
  log.end()
}

function buildError(engine: Engine, error: unknown, log: BuildLog): AppError {
  if (statusOf(error) !== null) return buildFailed(engine, engineMessage(error), log)
  return toEngineError(error, {
    doing: 'build the image',
    code: 'image-build-failed',
    unreachable: 'backend-unavailable',
    details: { log: log.last() },
  })
}

function buildFailed(engine: Engine, message: string, log: BuildLog): AppError {
  const isFull = /no space left on device/i.test(message)
  return new AppError(isFull ? 'storage-full' : 'image-build-failed', `The image could not be built: ${message}`, {
    details: {
      hint: isFull
        ? 'Free space where the engine keeps its data, e.g. with "docker system prune".'
        : (platformHint(engine, message) ??
          'See the last lines of the build; a build that needs a network may want --ek build_network=host.'),
      log: log.last(),
    },
  })
}

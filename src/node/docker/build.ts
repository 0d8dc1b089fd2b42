import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { AppError, toAppError } from '../../contract/errors.ts'
import type { EnvironmentSpec, ImageProgress } from '../../core/environment/backend.ts'
import { buildContext } from './build-context.ts'
import { type BuildLog, createBuildLog } from './build-log.ts'
import { type BuildSession, openBuildSession } from './buildkit-session.ts'
import { TRACE_ID, traceText } from './buildkit-trace.ts'
import { CA_DIRECTORY, CA_FILE, CA_VARIABLES, readCaBundle } from './ca-bundle.ts'
import { proxyVariables, readIfPresent } from './client-config.ts'
import { throwIfCancelled } from './deadline.ts'
import { baseImages, withStagePrologue } from './dockerfile.ts'
import type { Engine } from './engine.ts'
import { failureOf, textOf } from './engine-message.ts'
import { streamOf, translated } from './http-call.ts'
import { parseImageReference, credentialKey } from './image-reference.ts'
import { jsonLines } from './json-lines.ts'
import { findRegistryAuth, type RegistryAuth } from './registry-auth.ts'
import { engineMessage, statusOf, toEngineError } from './translate.ts'

/** The bundle's name in the context. */
const CONTEXT_CA = '.tbcc-ca-bundle.pem'
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
    const dockerfile = await readFile(join(spec.contextDir, 'Dockerfile'), 'utf8')
    session = await sessionFor(engine, spec)
    const stream = await send(engine, spec, { dockerfile, session, signal })
    await follow(stream, log)
  } catch (error) {
    throwIfCancelled(signal)
    throw buildError(error, log)
  } finally {
    session?.close()
  }
}

/**
 * With a session the engine builds with BuildKit, as Harbor's compose does; null: with the classic builder, where
 * BuildKit does not reach (a named network) or is not spoken (a proxy before the engine that forbids sessions). Podman
 * has a builder of its own, which needs no session and knows BuildKit's instructions.
 */
async function sessionFor(engine: Engine, spec: EnvironmentSpec): Promise<BuildSession | null> {
  if (engine.version.isPodman || !NETWORKS_OF_BUILDKIT.has(spec.options.buildNetwork)) return null
  try {
    return await openBuildSession(engine, async (host) => findRegistryAuth(engine.connection, registryOf(host)))
  } catch {
    return null
  }
}

/** BuildKit asks by the host that it connects to. */
function registryOf(host: string): string {
  return /(^|\.)docker\.io$/.test(host) ? 'docker.io' : host
}

interface BuildCall {
  readonly dockerfile: string
  readonly session: BuildSession | null
  readonly signal: AbortSignal
}

async function send(engine: Engine, spec: EnvironmentSpec, call: BuildCall): Promise<IncomingMessage> {
  const { buildNetwork } = spec.options
  const query = new URLSearchParams({
    t: spec.buildTag,
    rm: '1',
    forcerm: '1',
    buildargs: JSON.stringify(proxyVariables(engine.connection.config, engine.connection.label)),
    ...(buildNetwork === null ? {} : { networkmode: buildNetwork }),
    ...(call.session === null ? { version: '1' } : { version: '2', session: call.session.id }),
  })
  const request = engine.request({
    method: 'POST',
    path: `/build?${query.toString()}`,
    headers: {
      'Content-Type': 'application/x-tar',
      'X-Registry-Config': await registryConfig(engine, call.dockerfile),
    },
    signal: call.signal,
  })
  const context = buildContext(spec.contextDir, await replacements(spec, call.dockerfile))
  return streamOf(
    request,
    translated(context, (error) => toAppError(error, 'image-build-failed')),
  )
}

/** The credentials for the registries that the Dockerfile names, and for no others. */
async function registryConfig(engine: Engine, dockerfile: string): Promise<string> {
  const registries = new Set(baseImages(dockerfile).map((image) => parseImageReference(image).registry))
  const found: Record<string, RegistryAuth> = {}
  for (const registry of registries) {
    const auth = await findRegistryAuth(engine.connection, registry)
    if (auth !== null) found[credentialKey(registry)] = auth
  }
  // The URL's alphabet, but padded.
  return Buffer.from(JSON.stringify(found)).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

/**
 * A CA bundle of the host comes in as a file of the context that each stage copies, and as arguments, which RUN sees as
 * variables but the image does not keep; a container gets its variables at its start.
 */
async function replacements(spec: EnvironmentSpec, dockerfile: string): Promise<ReadonlyMap<string, Buffer>> {
  if (spec.options.caBundle === null) return new Map()
  const bundle = await readCaBundle(spec.options.caBundle)
  const prologue = [
    `COPY ${CONTEXT_CA} ${CA_DIRECTORY}/${CA_FILE}`,
    ...Object.entries(CA_VARIABLES).map(([name, value]) => `ARG ${name}=${value}`),
  ]
  const ignored = await readIfPresent(join(spec.contextDir, '.dockerignore'))
  return new Map([
    ['Dockerfile', Buffer.from(withStagePrologue(dockerfile, prologue))],
    [CONTEXT_CA, bundle],
    // Some builders apply it once more.
    ...(ignored === null ? [] : [['.dockerignore', Buffer.from(`${ignored}\n!${CONTEXT_CA}\n`)] as const]),
  ])
}

async function follow(stream: AsyncIterable<Uint8Array>, log: BuildLog): Promise<void> {
  const told = new Set<string>()
  for await (const message of jsonLines(stream)) {
    const failure = failureOf(message)
    if (failure !== null) {
      log.end()
      throw buildFailed(failure, log)
    }
    const aux = message['aux']
    if (message['id'] === TRACE_ID && typeof aux === 'string') log.write(traceText(aux, told))
    else log.write(textOf(message, 'stream'))
  }
  log.end()
}

function buildError(error: unknown, log: BuildLog): AppError {
  if (statusOf(error) !== null) return buildFailed(engineMessage(error), log)
  return toEngineError(error, {
    doing: 'build the image',
    code: 'image-build-failed',
    unreachable: 'backend-unavailable',
    details: { log: log.last() },
  })
}

function buildFailed(message: string, log: BuildLog): AppError {
  const isFull = /no space left on device/i.test(message)
  return new AppError(isFull ? 'storage-full' : 'image-build-failed', `The image could not be built: ${message}`, {
    details: {
      hint: isFull
        ? 'Free space where the engine keeps its data, e.g. with "docker system prune".'
        : 'See the last lines of the build; a build that needs a network may want --ek build_network=host.',
      log: log.last(),
    },
  })
}

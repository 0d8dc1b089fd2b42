import type { IncomingMessage } from 'node:http'
import { toAppError } from '../../contract/errors.ts'
import type { EnvironmentSpec } from '../../core/environment/backend.ts'
import { baseImages, isSettled } from './base-images.ts'
import type { BuildContext } from './build-context.ts'
import type { BuildSession } from './buildkit-session.ts'
import { proxyVariables } from './client-config.ts'
import type { Engine } from './engine.ts'
import { streamOf, translated } from './http-call.ts'
import { credentialKey, parseImageReference } from './image-reference.ts'
import { wantedPlatform } from './platform.ts'
import { findRegistryAuth, type RegistryAuth } from './registry-auth.ts'

export interface BuildCall {
  readonly dockerfile: string
  readonly context: BuildContext
  /** Of the image. */
  readonly labels: Readonly<Record<string, string>>
  /** By which BuildKit fetches context and credentials; null: both go with the request, to the builder it has. */
  readonly session: BuildSession | null
  readonly signal: AbortSignal
}

/** Starts a build; the answer tells its progress. */
export async function requestBuild(engine: Engine, spec: EnvironmentSpec, call: BuildCall): Promise<IncomingMessage> {
  const { session, context, signal } = call
  const path = `/build?${toQuery(engine, spec, call).toString()}`
  if (session !== null) return streamOf(engine.request({ method: 'POST', path, headers: {}, signal }), null)
  const headers = {
    'Content-Type': 'application/x-tar',
    'X-Registry-Config': await registryConfig(engine, call.dockerfile),
  }
  const tar = translated(context.tar(), (error) => toAppError(error, 'image-build-failed'))
  return streamOf(engine.request({ method: 'POST', path, headers, signal }), tar)
}

function toQuery(engine: Engine, spec: EnvironmentSpec, { session, labels }: BuildCall): URLSearchParams {
  const { config, label } = engine.connection
  const { buildNetwork } = spec.options
  const platform = wantedPlatform(engine)
  return new URLSearchParams({
    t: spec.buildTag,
    rm: '1',
    forcerm: '1',
    labels: JSON.stringify(labels),
    buildargs: JSON.stringify(proxyVariables(config, label)),
    ...(platform === null ? {} : { platform }),
    ...(buildNetwork === null ? {} : { networkmode: buildNetwork }),
    ...(session === null ? { version: '1' } : { version: '2', session: session.id, remote: 'client-session' }),
  })
}

/** The credentials for the registries that the Dockerfile names, and for no others. */
async function registryConfig(engine: Engine, dockerfile: string): Promise<string> {
  const registries = new Set(
    baseImages(dockerfile)
      .filter(isSettled)
      .map((image) => parseImageReference(image).registry),
  )
  const found: Record<string, RegistryAuth> = {}
  for (const registry of registries) {
    const auth = await findRegistryAuth(engine.connection, registry)
    if (auth !== null) found[credentialKey(registry)] = auth
  }
  // The URL's alphabet, but padded.
  return Buffer.from(JSON.stringify(found)).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

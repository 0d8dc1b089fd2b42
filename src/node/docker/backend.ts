import { homedir } from 'node:os'
import type { BackendProbe, ContainerBackend } from '../../core/environment/backend.ts'
import { type EngineFacts, readFacts, refusalOf } from './capabilities.ts'
import { type HostFacts, resolveConnection } from './connection.ts'
import { withinOrAborted } from './deadline.ts'
import { imageSourceOf } from '../../core/environment/image-source.ts'
import { createEngineLink, type Engine } from './engine.ts'
import type { EngineProgram } from './endpoint.ts'
import { createImages, withHostInTag } from './images.ts'
import { listContainers } from './listing.ts'
import { removeContainer } from './remove.ts'
import { startContainer } from './start.ts'
import { toEngineError } from './translate.ts'

const PROBE_MS = 9000

export interface DockerBackendOptions {
  readonly name: EngineProgram
  /** Chooses the engine as it would for the docker client or podman; also what ssh and credential helpers get. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Default: the user's. */
  readonly home?: string
}

/** Docker Engine 20.10 or newer, or Podman 4 or newer by its Docker-compatible API. Connects when first used. */
export function createDockerBackend({ name, env, home }: DockerBackendOptions): ContainerBackend {
  const host: HostFacts = { env, home: home ?? env['HOME'] ?? homedir(), platform: process.platform }
  const link = createEngineLink(name, async () => resolveConnection(name, host))
  const images = createImages()
  let known: { readonly engine: Engine; readonly facts: Promise<EngineFacts> } | null = null

  /** Asked once for a connection: it does not change while an engine lives. */
  const factsOf = async (engine: Engine): Promise<EngineFacts> => {
    if (known?.engine !== engine) known = { engine, facts: readFacts(engine) }
    try {
      return await known.facts
    } catch (error) {
      known = null
      throw error
    }
  }
  const onEngine = async <T>(doing: string, work: (engine: Engine) => Promise<T>): Promise<T> => {
    try {
      return await work(await link.open())
    } catch (error) {
      throw toEngineError(error, { doing, code: 'internal', unreachable: 'backend-unavailable' })
    }
  }
  const probe = async (): Promise<BackendProbe> => {
    const engine = await link.open()
    const { version, connection } = engine
    // Asked anew: what is known may be of an engine that has gone since.
    known = null
    const { capabilities, rootDir } = await factsOf(engine)
    const storage = connection.endpoint.kind === 'socket' ? rootDir : null
    return { available: true, version: version.version, endpoint: connection.label, storage, capabilities }
  }

  /** An engine that was there and is not any more: connecting again tells why, or finds it restarted. */
  const probeAnew = async (): Promise<BackendProbe> => {
    link.forget()
    return probe()
  }

  return {
    name,
    async probe(signal) {
      try {
        return await withinOrAborted(probe().catch(probeAnew), PROBE_MS, signal)
      } catch (error) {
        const { message, details } = toEngineError(error, PROBING)
        return { available: false, reason: message, hint: details.hint ?? 'See "tbcc doctor".' }
      }
    },
    refuse: async (spec) =>
      onEngine('look at the engine', async (engine) => refusalOf(spec, (await factsOf(engine)).capabilities)),
    ensureImage: async (spec, onProgress, signal) =>
      onEngine('make the image ready', async (engine) => images.ensure(engine, spec, onProgress, signal)),
    start: async (request, signal) =>
      onEngine('start the environment', async (engine) => startContainer(engine, request, signal)),
    list: async () => onEngine('list the containers', listContainers),
    remove: async (containerId) =>
      onEngine('remove a container', async (engine) => removeContainer(engine, containerId)),
    imageOf: async (spec) =>
      onEngine('name an image', async (engine) => imageSourceOf(await withHostInTag(engine, spec))),
    hasImages: async (names) => onEngine('look for images', async (engine) => images.present(engine, names)),
    async dispose() {
      images.dispose()
      link.dispose()
    },
  }
}

const PROBING = { doing: 'reach the engine', code: 'backend-unavailable', unreachable: 'backend-unavailable' } as const

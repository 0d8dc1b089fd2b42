import { createHash } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { AppError } from '../../contract/errors.ts'
import { type ClientConfig, readClientConfig, readIfPresent } from './client-config.ts'
import { describeEndpoint, type Endpoint, type EngineProgram, parseEndpoint, type TlsMaterial } from './endpoint.ts'

/** What the resolution looks at on this host. */
export interface HostFacts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly platform: NodeJS.Platform
}

/** How to reach an engine, and the client settings that go with it. */
export interface EngineConnection {
  readonly endpoint: Endpoint
  /** The address for people. */
  readonly label: string
  /** What chose it: a variable, a context, a default. */
  readonly chosenBy: string
  readonly config: ClientConfig
  readonly host: HostFacts
}

/**
 * Finds the engine as its own client would: docker by DOCKER_HOST, DOCKER_CONTEXT, the current context, else the first
 * default socket that exists; podman by TBCC_PODMAN_SOCKET, CONTAINER_HOST, else its sockets.
 * Throws invalid-input (an address that cannot be read) and not-found (a context that does not exist).
 */
export async function resolveConnection(program: EngineProgram, host: HostFacts): Promise<EngineConnection> {
  const folder = host.env['DOCKER_CONFIG'] ?? join(host.home, '.docker')
  const config = await readClientConfig(folder)
  const { endpoint, chosenBy } = program === 'docker' ? await findDocker(host, config, folder) : await findPodman(host)
  return { endpoint, label: describeEndpoint(endpoint), chosenBy, config, host }
}

interface Choice {
  readonly endpoint: Endpoint
  readonly chosenBy: string
}

async function findDocker(host: HostFacts, config: ClientConfig, folder: string): Promise<Choice> {
  const address = host.env['DOCKER_HOST']
  if (address !== undefined && address !== '') {
    const tls = address.includes('://') && !address.startsWith('tcp:') ? null : await tlsOfEnvironment(host, folder)
    return { endpoint: parseEndpoint(address, 'docker', tls), chosenBy: 'DOCKER_HOST' }
  }
  const context = host.env['DOCKER_CONTEXT'] || config.currentContext || 'default'
  if (context !== 'default') return fromContext(context, folder)
  return { endpoint: { kind: 'socket', path: await firstSocket(dockerSockets(host)) }, chosenBy: 'the default socket' }
}

async function findPodman(host: HostFacts): Promise<Choice> {
  for (const name of ['TBCC_PODMAN_SOCKET', 'CONTAINER_HOST']) {
    const address = host.env[name]
    if (address === undefined || address === '') continue
    const full = address.startsWith('/') ? `unix://${address}` : address
    return { endpoint: parseEndpoint(full, 'podman', null), chosenBy: name }
  }
  return { endpoint: { kind: 'socket', path: await firstSocket(podmanSockets(host)) }, chosenBy: 'the default socket' }
}

/** The system's engine first, then a rootless one, then Docker Desktop's. */
function dockerSockets(host: HostFacts): readonly [string, ...string[]] {
  if (host.platform === 'win32') return ['//./pipe/docker_engine']
  return ['/var/run/docker.sock', ...runtimeSocket(host, 'docker.sock'), join(host.home, '.docker/run/docker.sock')]
}

function podmanSockets(host: HostFacts): readonly [string, ...string[]] {
  if (host.platform === 'win32') return ['//./pipe/podman-machine-default']
  return ['/run/podman/podman.sock', ...runtimeSocket(host, 'podman/podman.sock')]
}

function runtimeSocket(host: HostFacts, name: string): string[] {
  const folder = host.env['XDG_RUNTIME_DIR']
  return folder === undefined || folder === '' ? [] : [join(folder, name)]
}

/** The first that exists; where none does, the first, so that messages name the usual place. */
async function firstSocket(paths: readonly [string, ...string[]]): Promise<string> {
  for (const path of paths) {
    try {
      await access(path)
      return path
    } catch {
      // Looked for in the next place.
    }
  }
  return paths[0]
}

/** DOCKER_TLS_VERIFY with any text means: TLS, and check the server. */
async function tlsOfEnvironment(host: HostFacts, folder: string): Promise<TlsMaterial | null> {
  if ((host.env['DOCKER_TLS_VERIFY'] ?? '') === '') return null
  return readTls(host.env['DOCKER_CERT_PATH'] || folder, true)
}

async function readTls(folder: string, verify: boolean): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map(async (name) => readIfPresent(join(folder, name))),
  )
  return { ca: ca ?? null, cert: cert ?? null, key: key ?? null, verify }
}

const contextMeta = z.looseObject({
  Endpoints: z.looseObject({
    docker: z.looseObject({ Host: z.string(), SkipTLSVerify: z.boolean().optional() }),
  }),
})

/** The docker client keeps a context under the SHA-256 of its name. */
async function fromContext(name: string, folder: string): Promise<Choice> {
  const id = createHash('sha256').update(name).digest('hex')
  const text = await readIfPresent(join(folder, 'contexts/meta', id, 'meta.json'))
  const meta = text === null ? null : parseMeta(text)
  if (meta === null) {
    throw new AppError('not-found', `The docker context "${name}" does not exist or has no docker endpoint.`, {
      details: { hint: 'Choose another with "docker context use" or unset DOCKER_CONTEXT.' },
    })
  }
  const tls = await readTls(join(folder, 'contexts/tls', id, 'docker'), meta.SkipTLSVerify !== true)
  const hasTls = tls.ca !== null || tls.cert !== null || meta.SkipTLSVerify === true
  return { endpoint: parseEndpoint(meta.Host, 'docker', hasTls ? tls : null), chosenBy: `the docker context "${name}"` }
}

function parseMeta(text: string): z.infer<typeof contextMeta>['Endpoints']['docker'] | null {
  try {
    return contextMeta.parse(JSON.parse(text)).Endpoints.docker
  } catch {
    return null
  }
}

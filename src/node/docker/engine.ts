import type Docker from 'dockerode'
import { AppError } from '../../contract/errors.ts'
import type { EngineConnection } from './connection.ts'
import { withinOrAborted } from './deadline.ts'
import type { EngineProgram } from './endpoint.ts'
import { createTransport, type Transport } from './transport.ts'
import { toUnreachable } from './unreachable.ts'

/** API of Docker Engine 20.10, the oldest that is spoken to. */
const OLDEST_API = '1.41'
/** Newest API that was read for this adapter; newer engines still speak it. */
const NEWEST_API = '1.51'
const ANSWER_MS = 8000

/** An engine that has answered. */
export interface Engine {
  readonly docker: Docker
  /** For what dockerode cannot say; paths start with a slash, the API's version is put in front. */
  readonly request: Transport['request']
  readonly version: EngineVersion
  readonly connection: EngineConnection
}

export interface EngineVersion {
  readonly version: string
  readonly api: string
  /** `linux/amd64` */
  readonly platform: string
  readonly isPodman: boolean
}

export interface EngineLink {
  /** The engine, connected at the first call. Rejects with backend-unavailable; a later call then tries again. */
  open(): Promise<Engine>
  /** The next `open` connects anew; connections in use live on. */
  forget(): void
  dispose(): void
}

export function createEngineLink(program: EngineProgram, connect: () => Promise<EngineConnection>): EngineLink {
  const transports: Transport[] = []
  let opening: Promise<Engine> | null = null
  let disposed = false
  const connectUnlessDisposed = async (): Promise<EngineConnection> => {
    const connection = await connect()
    if (disposed) throw new AppError('cancelled', 'Cancelled.')
    return connection
  }
  return {
    async open() {
      opening ??= openEngine(program, connectUnlessDisposed, transports)
      try {
        return await opening
      } catch (error) {
        opening = null
        throw error
      }
    },
    forget() {
      opening = null
    },
    dispose() {
      disposed = true
      for (const transport of transports.splice(0)) transport.dispose()
      opening = null
    },
  }
}

async function openEngine(
  program: EngineProgram,
  connect: () => Promise<EngineConnection>,
  transports: Transport[],
): Promise<Engine> {
  const connection = await connect()
  const transport = createTransport(connection)
  transports.push(transport)
  try {
    // Loaded here, so that commands that need no engine do not pay for it.
    const { default: Dockerode } = await import('dockerode')
    const version = await askVersion(new Dockerode(transport.dockerOptions))
    const prefix = `/v${version.api}`
    return {
      docker: new Dockerode({ ...transport.dockerOptions, version: prefix.slice(1) }),
      request: (options) => transport.request({ ...options, path: prefix + options.path }),
      version,
      connection,
    }
  } catch (error) {
    transports.splice(transports.indexOf(transport), 1)
    transport.dispose()
    throw await toUnreachable(error, connection, program)
  }
}

async function askVersion(docker: Docker): Promise<EngineVersion> {
  const told = await withinOrAborted(docker.version(), ANSWER_MS)
  if (typeof told.ApiVersion !== 'string') throw new Error('its answer is not that of a container engine')
  if (olderThan(told.ApiVersion, OLDEST_API)) throw tooOld(told.Version, told.ApiVersion)
  return {
    version: told.Version,
    api: olderThan(told.ApiVersion, NEWEST_API) ? told.ApiVersion : NEWEST_API,
    platform: `${told.Os}/${told.Arch}`,
    isPodman: told.Components?.some((component) => component.Name.includes('Podman')) ?? false,
  }
}

function tooOld(version: string, api: string): AppError {
  return new AppError('backend-unavailable', `The engine (${version}) speaks API ${api}; ${OLDEST_API} is needed.`, {
    details: { hint: 'Install Docker Engine 20.10 or newer, or Podman 4 or newer.' },
  })
}

function olderThan(api: string, than: string): boolean {
  const [major = 0, minor = 0] = api.split('.').map(Number)
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number)
  return major < thanMajor || (major === thanMajor && minor < thanMinor)
}

import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { AppError } from '../contract/errors.ts'
import type { Link } from '../rpc/link.ts'
import { createAccess } from './access.ts'
import { createHostCheck, isLoopback, isWildcard } from './allowed-hosts.ts'
import { openPageFiles } from './page-files.ts'
import { createRequestListener } from './requests.ts'
import { createSockets } from './sockets.ts'

export interface ServerOptions {
  /** 0: any free one. */
  readonly port: number
  readonly host: string
  /** Names, besides the bound one and those of the loopback, under which the server may be asked. */
  readonly allowedHosts?: readonly string[]
  /** PEM. Null: plain HTTP. */
  readonly tls: { readonly cert: string | Buffer; readonly key: string | Buffer } | null
  /** Plain HTTP beyond this machine is wanted. */
  readonly insecure?: boolean
  /** The built page. */
  readonly pageDir: string
  /** Serves the engine over a link; resolves when all that it started has ended. */
  readonly serve: (link: Link) => Promise<void>
  readonly maxMessageBytes?: number
  readonly heartbeatMs?: number
}

export interface RunningServer {
  readonly port: number
  /** 256 bits; for scripts, as `Authorization: Bearer`. */
  readonly token: string
  /** Opens the page and lets it in. */
  readonly url: string
  /** Ends every connection; resolves when nothing is left of them. */
  close(): Promise<void>
}

/**
 * The page and its engine over HTTP. Rejects with AppError: `invalid-input` where the address would be reachable for
 * others in clear text, `busy` where the port is taken.
 */
export async function createServer(options: ServerOptions): Promise<RunningServer> {
  const { host, tls, maxMessageBytes = 4 * 1024 ** 2, heartbeatMs = 15_000 } = options
  if (!isLoopback(host) && tls === null && options.insecure !== true) throw inClearText(host)
  const files = openPageFiles(options.pageDir)
  const server = tls === null ? createHttpServer() : createTlsServer(tls)
  const port = await listen(server, options)
  const access = createAccess(port)
  const guards = {
    access,
    checkHost: createHostCheck(host, options.allowedHosts ?? []),
    isSecure: tls !== null,
  }
  const sockets = createSockets(guards, { serve: options.serve, maxMessageBytes, heartbeatMs })
  server.on('request', createRequestListener(files, guards))
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head))
  return {
    port,
    token: access.token,
    url: `${tls === null ? 'http' : 'https'}://${nameInUrl(host)}:${port}/#token=${access.token}`,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      await sockets.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function inClearText(host: string): AppError {
  return new AppError(
    'invalid-input',
    `${host} can be reached from other machines, and everybody between could read along`,
    {
      details: {
        hint: 'give --tls-cert and --tls-key; or leave --host out and use an ssh tunnel; or accept it with --insecure',
      },
    },
  )
}

function createTlsServer(tls: NonNullable<ServerOptions['tls']>): Server {
  try {
    return createHttpsServer({ cert: tls.cert, key: tls.key })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new AppError('invalid-input', `the certificate and its key cannot be used: ${why}`, { cause: error })
  }
}

async function listen(server: Server, { host, port }: Pick<ServerOptions, 'host' | 'port'>): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)))
    server.listen({ host: host.replaceAll(/^\[|\]$/g, ''), port }, () => resolve())
  })
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): AppError {
  if (error.code === 'EADDRINUSE') {
    const hint = 'another tbcc may be running: choose another --port, or leave it out for a free one'
    return new AppError('busy', `port ${port} of ${host} is in use`, { details: { hint }, cause: error })
  }
  const hint = 'choose another --host or --port'
  return new AppError('invalid-input', `cannot listen on ${host}, port ${port}: ${error.message}`, {
    details: { hint },
    cause: error,
  })
}

/** An address that a browser can open: of a server on all of them, one that others can reach. */
function nameInUrl(host: string): string {
  const bare = host.replaceAll(/^\[|\]$/g, '')
  const name = isWildcard(host) ? (outerAddress() ?? '127.0.0.1') : bare
  return isIP(name) === 6 ? `[${name}]` : name
}

function outerAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address
}

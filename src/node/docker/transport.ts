import { Agent as HttpAgent, type ClientRequest, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { inspect } from 'node:util'
import type Docker from 'dockerode'
import type { EngineConnection } from './connection.ts'
import type { TlsMaterial } from './endpoint.ts'
import { createSshDialer } from './ssh-stream.ts'

/**
 * Waiting connections are dropped after this, before the other side does: Podman's service closes them after ten
 * seconds, proxies silently, and a request that is just being sent then fails.
 */
const IDLE_MS = 4000
/** A name for the Host header where the connection itself has none. */
const NO_HOST = 'engine.invalid'

/** The sockets to one engine: kept alive between requests and shared by dockerode and our own requests. */
export interface Transport {
  readonly dockerOptions: Docker.DockerOptions
  request(options: {
    method: string
    path: string
    headers: Record<string, string | string[]>
    signal?: AbortSignal
  }): ClientRequest
  dispose(): void
}

/** Opens nothing yet; connections are made by the first requests. */
export function createTransport({ endpoint, host }: EngineConnection): Transport {
  switch (endpoint.kind) {
    case 'socket': {
      const agent = unprinted(new HttpAgent({ keepAlive: true, timeout: IDLE_MS }))
      return overHttp(agent, { socketPath: endpoint.path }, () => agent.destroy())
    }
    case 'ssh': {
      const dialer = createSshDialer(endpoint.target, endpoint.command, host.env)
      const agent = unprinted(new HttpAgent({ keepAlive: true }))
      agent.createConnection = () => dialer.dial()
      return overHttp(agent, { host: NO_HOST, port: 80 }, () => {
        agent.destroy()
        dialer.dispose()
      })
    }
    case 'tcp': {
      const address = { host: endpoint.host, port: endpoint.port }
      if (endpoint.tls !== null) return overTls(address, endpoint.tls)
      const agent = unprinted(new HttpAgent({ keepAlive: true, timeout: IDLE_MS }))
      return overHttp(agent, address, () => agent.destroy())
    }
  }
}

/**
 * docker-modem prints the options of every request for its debug log, whether anybody reads that or not. Down to the
 * last socket of the agent that is megabytes for each call.
 */
function unprinted<T extends HttpAgent>(agent: T): T {
  return Object.assign(agent, { [inspect.custom]: () => 'agent' })
}

type Address = { readonly socketPath: string } | { readonly host: string; readonly port: number }

function overHttp(agent: HttpAgent, address: Address, dispose: () => void): Transport {
  return {
    dockerOptions: { ...fromUsAlone(address, 'http'), agent },
    request: (options) => httpRequest({ ...address, ...options, agent }),
    dispose,
  }
}

function overTls(address: Address, tls: TlsMaterial): Transport {
  const secure = {
    ...(tls.ca === null ? {} : { ca: tls.ca }),
    ...(tls.cert === null ? {} : { cert: tls.cert }),
    ...(tls.key === null ? {} : { key: tls.key }),
    rejectUnauthorized: tls.verify,
  }
  const agent = unprinted(new HttpsAgent({ keepAlive: true, timeout: IDLE_MS, ...secure }))
  return {
    dockerOptions: { ...fromUsAlone(address, 'https'), agent },
    request: (options) => httpsRequest({ ...address, ...options, agent }),
    dispose: () => agent.destroy(),
  }
}

/**
 * dockerode fills what it is not told from DOCKER_HOST and its companions; every such key is therefore set, so that the
 * connection found here is the one that is used.
 */
function fromUsAlone(address: Address, protocol: 'http' | 'https'): Docker.DockerOptions {
  const blank = {
    socketPath: undefined,
    host: undefined,
    port: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
  }
  return { ...blank, timeout: undefined, ...address, protocol }
}

declare module 'dockerode' {
  interface DockerOptions {
    /** Taken by docker-modem, missing in the published types. */
    agent?: HttpAgent | undefined
  }
}

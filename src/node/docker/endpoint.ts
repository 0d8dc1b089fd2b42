import { AppError } from '../../contract/errors.ts'

/** Where an engine answers. */
export type Endpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: TlsMaterial | null }
  | { readonly kind: 'ssh'; readonly target: SshTarget; readonly command: readonly string[] }

/** PEM texts; what is null is left to the system. */
export interface TlsMaterial {
  readonly ca: string | null
  readonly cert: string | null
  readonly key: string | null
  readonly verify: boolean
}

export interface SshTarget {
  readonly host: string
  readonly user: string | null
  readonly port: number | null
}

/** The engine's program, which carries the API over the standard streams of an ssh session. */
export type EngineProgram = 'docker' | 'podman'

/**
 * Parses what DOCKER_HOST, CONTAINER_HOST and contexts hold: `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port`,
 * `http(s)://host:port`, `ssh://user@host:port/socket`, or a bare `host:port`. Throws invalid-input.
 * `tls` is what the place where the text was found says about TLS.
 */
export function parseEndpoint(text: string, program: EngineProgram, tls: TlsMaterial | null): Endpoint {
  const socket = /^(?:unix|npipe):\/\/(.+)$/.exec(text)?.[1]
  if (socket !== undefined) return { kind: 'socket', path: socket }
  const url = parseUrl(text)
  if (url.protocol === 'ssh:') return sshEndpoint(url, program)
  if (!['tcp:', 'http:', 'https:'].includes(url.protocol)) throw notAnAddress(text)
  const material = tls ?? (url.protocol === 'https:' ? { ca: null, cert: null, key: null, verify: true } : null)
  // A URL forgets the port that is its scheme's default.
  const standard = { 'http:': 80, 'https:': 443 }[url.protocol] ?? (material === null ? 2375 : 2376)
  const port = url.port === '' ? standard : Number(url.port)
  return { kind: 'tcp', host: hostOf(url), port, tls: material }
}

/** The address as people write it. */
export function describeEndpoint(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case 'socket':
      return endpoint.path.startsWith('/') && !endpoint.path.startsWith('//')
        ? `unix://${endpoint.path}`
        : `npipe://${endpoint.path}`
    case 'tcp':
      return `tcp://${endpoint.host}:${endpoint.port}${endpoint.tls === null ? '' : ' (TLS)'}`
    case 'ssh': {
      const { user, host, port } = endpoint.target
      return `ssh://${user === null ? '' : `${user}@`}${host}${port === null ? '' : `:${port}`}`
    }
  }
}

function parseUrl(text: string): URL {
  const withScheme = text.includes('://') ? text : `tcp://${text}`
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null
  if (url === null || url.hostname === '') throw notAnAddress(text)
  return url
}

function sshEndpoint(url: URL, program: EngineProgram): Endpoint {
  const socket = url.pathname === '' || url.pathname === '/' ? null : decodeURIComponent(url.pathname)
  const choose = { docker: ['--host'], podman: ['--url'] }[program]
  return {
    kind: 'ssh',
    target: {
      host: hostOf(url),
      user: url.username === '' ? null : decodeURIComponent(url.username),
      port: url.port === '' ? null : Number(url.port),
    },
    command: [program, ...(socket === null ? [] : [...choose, `unix://${socket}`]), 'system', 'dial-stdio'],
  }
}

/** Without the brackets of an IPv6 address. */
function hostOf(url: URL): string {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  // ssh would take a leading dash for an option.
  if (host.startsWith('-') || decodeURIComponent(url.username).startsWith('-')) throw notAnAddress(url.href)
  return host
}

function notAnAddress(text: string): AppError {
  return new AppError('invalid-input', `"${text}" is not the address of a container engine.`, {
    details: { hint: 'Use unix:///path/to.sock, tcp://host:port or ssh://user@host.' },
  })
}

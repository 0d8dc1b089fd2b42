import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Access } from './access.ts'
import type { HostCheck } from './allowed-hosts.ts'
import type { PageFile, PageFiles } from './page-files.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

export interface Guards {
  readonly access: Access
  readonly checkHost: HostCheck
  /** The server itself speaks TLS. */
  readonly isSecure: boolean
}

/** A request that is not carried out, as a status and a sentence. */
export interface Refusal {
  readonly status: number
  readonly reason: string
}

/** Answers what is no WebSocket: the page's files, and `/session`, which exchanges the token for a cookie. */
export function createRequestListener(files: PageFiles, guards: Guards): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    answer(request, response, files, guards).catch(() => refuse(response, { status: 500, reason: 'it cannot be read' }))
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: PageFiles,
  guards: Guards,
): Promise<void> {
  const foreign = guards.checkHost(request.headers)
  if (foreign !== null) return refuse(response, { status: 403, reason: foreign })
  const path = pathOf(request)
  if (path === '/session') return answerSession(request, response, guards)
  if (path === '/rpc') return refuse(response, { status: 426, reason: 'this is a WebSocket' }, { upgrade: 'websocket' })
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, { status: 405, reason: 'only GET and HEAD' }, { allow: 'GET, HEAD' })
  }
  const file = await files.read(path)
  if (file === null) return refuse(response, { status: 404, reason: 'there is no such file' })
  sendFile(request, response, file)
}

/** POST with the token opens a session; GET tells whether there is one, which a failed WebSocket does not. */
function answerSession(request: IncomingMessage, response: ServerResponse, guards: Guards): void {
  if (request.method !== 'GET' && request.method !== 'POST') {
    return refuse(response, { status: 405, reason: 'only GET and POST' }, { allow: 'GET, POST' })
  }
  const refusal = request.method === 'POST' ? refuseToken(request, guards) : refuseUnknown(request, guards)
  if (refusal !== null) return refuse(response, refusal)
  if (request.method === 'POST') response.setHeader('set-cookie', guards.access.openSession(guards.isSecure))
  response.writeHead(204, { 'cache-control': 'no-store' }).end()
}

/** Why a request may not use the engine; null: it has a session's cookie or the token. */
export function refuseUnknown(request: IncomingMessage, guards: Guards): Refusal | null {
  return guards.access.hasSession(request.headers.cookie) ? null : refuseToken(request, guards)
}

function refuseToken({ headers, socket }: IncomingMessage, { access }: Guards): Refusal | null {
  const [, token] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (token === undefined) return { status: 401, reason: 'open the URL that tbcc serve printed' }
  const checked = access.checkToken(token, socket.remoteAddress ?? '')
  if (checked === 'right') return null
  if (checked === 'wrong') return { status: 401, reason: 'the token is not the one that tbcc serve printed' }
  return { status: 429, reason: 'too many wrong tokens: wait a minute' }
}

export function pathOf({ url = '/' }: IncomingMessage): string {
  const [path = '/'] = url.split('?')
  return path
}

function refuse(response: ServerResponse, { status, reason }: Refusal, headers: Record<string, string> = {}): void {
  if (response.headersSent) return void response.destroy()
  // What else the request brings is not read.
  response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end(`${reason}\n`)
}

function sendFile({ headers, method }: IncomingMessage, response: ServerResponse, file: PageFile): void {
  response.setHeader('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache')
  response.setHeader('etag', file.etag)
  response.setHeader('vary', 'accept-encoding')
  if (headers['if-none-match'] === file.etag) return void response.writeHead(304).end()
  const isGzipped = file.gzipped !== null && /\bgzip\b/.test(headers['accept-encoding']?.toString() ?? '')
  if (isGzipped) response.setHeader('content-encoding', 'gzip')
  const body = isGzipped ? (file.gzipped ?? file.content) : file.content
  response.writeHead(200, { 'content-type': file.type, 'content-length': body.byteLength })
  response.end(method === 'HEAD' ? undefined : body)
}

import { AppError } from '../../contract/errors.ts'

/**
 * Lets this page in: the token of the printed URL is exchanged once for a cookie that no script can read, and taken out
 * of the address bar and the history; without one the cookie of an earlier time is asked about, because a WebSocket does
 * not tell why it was refused. Rejects with AppError: `credential-denied` where trying again would change nothing.
 */
export async function enter(signal: AbortSignal): Promise<void> {
  const token = tokenOfAddress()
  if (token === null) return askSession(signal)
  const { status } = await ask(signal, { method: 'POST', headers: { authorization: `Bearer ${token}` } })
  if (status === 429) throw new AppError('busy', 'too many wrong tokens: wait a minute')
  if (status !== 204 && status !== 401) throw unexpected(status)
  forgetToken()
  if (status === 204) return tellOtherTabs()
  // One of an earlier server, in a tab that was forgotten: this browser may have been let in since.
  const { status: session } = await ask(signal)
  if (session !== 204) throw denied('the server did not accept the token of this address')
}

/** The token that stands in the address; null: none does. */
export function tokenOfAddress(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get('token')
}

async function askSession(signal: AbortSignal): Promise<void> {
  const { status } = await ask(signal)
  if (status === 401) throw denied('this page is not let in (was tbcc serve restarted?)')
  if (status !== 204) throw unexpected(status)
}

async function ask(signal: AbortSignal, request: RequestInit = {}): Promise<Response> {
  try {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
    return await fetch('session', { ...request, cache: 'no-store', signal: bounded })
  } catch (error) {
    throw new AppError('disconnected', 'the server cannot be reached', { cause: error })
  }
}

/** A dead tunnel may take a request and never answer it. */
const ANSWER_MS = 30_000

/** Tabs of this server that were not let in are so now: the cookie is the browser's. */
function tellOtherTabs(): void {
  const channel = new BroadcastChannel(CHANNEL)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of this origin, and takes none
  channel.postMessage(null)
  channel.close()
}

/** Calls back when another tab was let in, until the returned function is called. */
export function onLetInElsewhere(listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.addEventListener('message', listener)
  return () => channel.close()
}

/** Of this origin alone, the port included. */
const CHANNEL = 'tbcc-session'

/** Unless the user has gone elsewhere meanwhile. */
function forgetToken(): void {
  if (tokenOfAddress() === null) return
  history.replaceState(null, '', '#/dashboard')
  dispatchEvent(new HashChangeEvent('hashchange'))
}

function denied(reason: string): AppError {
  return new AppError('credential-denied', reason, { details: { hint: 'open the URL that tbcc serve printed last' } })
}

function unexpected(status: number): AppError {
  return new AppError('disconnected', `the server answers with status ${status}`)
}

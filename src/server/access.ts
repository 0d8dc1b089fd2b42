import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Who may use the engine: one token for the life of a server, and the sessions that it was exchanged for. */
export interface Access {
  /** 256 random bits. */
  readonly token: string
  /** Name of the cookie: cookies do not keep ports apart, so it does. */
  readonly cookieName: string
  /**
   * Whether a token is the right one. After too many different wrong ones from an address none of it is looked at for a
   * while. The same one again counts once: whoever repeats it learns nothing, so it is no guess but a forgotten tab or a
   * script with the token of an earlier server, which must not lock the right token out. Nor is the right one let
   * through beyond the limit: then the limit would limit nobody who guesses.
   */
  checkToken(given: string, address: string): 'right' | 'wrong' | 'too-many'
  /** Value of the Set-Cookie header of a new session. */
  openSession(isSecure: boolean): string
  /** Whether the Cookie header names a session. */
  hasSession(cookies: string | undefined): boolean
}

const WRONG_TOKENS = 10
const WRONG_TOKENS_MS = 60_000
/** The oldest give way beyond these: nobody makes the server remember any number of them. */
const MAX_SESSIONS = 1000
const MAX_ADDRESSES = 1000

export function createAccess(port: number, nowMs: () => number = () => performance.now()): Access {
  const token = randomBytes(32).toString('base64url')
  const cookieName = `tbcc_session_${port}`
  // Digests: what is looked up does not tell by its time how much of it was right.
  const sessions = new Set<string>()
  const wrong = new Map<string, { tokens: Set<string>; untilMs: number }>()

  const wrongFrom = (address: string): Set<string> => {
    const known = wrong.get(address)
    if (known !== undefined && known.untilMs > nowMs()) return known.tokens
    const tokens = new Set<string>()
    // The newest last.
    wrong.delete(address)
    keepNewest(wrong, MAX_ADDRESSES - 1).set(address, { tokens, untilMs: nowMs() + WRONG_TOKENS_MS })
    return tokens
  }

  return {
    token,
    cookieName,
    checkToken(given, address) {
      const asked = digest(given)
      const known = wrong.get(address)
      if (known !== undefined && known.untilMs > nowMs() && known.tokens.size >= WRONG_TOKENS) return 'too-many'
      if (timingSafeEqual(asked, digest(token))) return 'right'
      wrongFrom(address).add(asked.toString('hex'))
      return 'wrong'
    },
    openSession(isSecure) {
      const id = randomBytes(32).toString('base64url')
      keepNewest(sessions, MAX_SESSIONS - 1).add(digest(id).toString('hex'))
      return `${cookieName}=${id}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
    },
    hasSession: (cookies = '') =>
      cookies
        .split(';')
        .map((cookie) => cookie.trim().split('='))
        .some(([name, id = '']) => name === cookieName && sessions.has(digest(id).toString('hex'))),
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function keepNewest<Kept extends Set<string> | Map<string, unknown>>(kept: Kept, size: number): Kept {
  for (const key of kept.keys()) {
    if (kept.size <= size) break
    kept.delete(key)
  }
  return kept
}

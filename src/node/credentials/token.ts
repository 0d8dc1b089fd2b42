import type { CredentialOwner } from '../../core/agent/credentials.ts'
import { asRecord, numberOf, textOf, type Fields } from '../../core/agent/logs/fields.ts'
import { refuse } from './refuse.ts'

/** A token as a variable can hold it: one line without spaces. */
export function tokenOf(owner: CredentialOwner, source: string, record: Fields, key: string): string {
  const token = textOf(record, key)?.trim() ?? ''
  if (/^[\x21-\x7e]{8,16384}$/.test(token)) return token
  throw refuse('credential-invalid', owner, `${source} holds no ${key} of the form that a token has`)
}

/** When a JSON Web Token expires, in milliseconds since the epoch; null: it does not say, or it is no such token. */
export function expiryOfJwt(token: string): number | null {
  const payload = token.split('.')[1]
  if (payload === undefined) return null
  try {
    const claims = asRecord(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
    const seconds = claims === null ? null : numberOf(claims, 'exp')
    return seconds === null ? null : seconds * 1000
  } catch {
    return null
  }
}

import { constants } from 'node:fs'
import { open, realpath, type FileHandle } from 'node:fs/promises'
import type { CredentialOwner } from '../../core/agent/credentials.ts'
import { asRecord, type Fields } from '../../core/agent/logs/fields.ts'
import { NO_FOLLOW, NO_WAIT } from '../read/safe-read.ts'
import { errnoOf } from '../storage-error.ts'
import { refuse } from './refuse.ts'

/** Logins are a few kilobytes. */
const MAX_BYTES = 1024 * 1024

/**
 * The JSON object of a login file; null where there is none. Links are followed, as homes are often kept together by
 * them; what stands at their end must be a regular file of this user.
 */
export async function readLoginFile(owner: CredentialOwner, path: string): Promise<Fields | null> {
  const file = await openLogin(owner, path)
  if (file === null) return null
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw refuse('credential-invalid', owner, `${path} is no regular file`)
    if (process.getuid !== undefined && stats.uid !== process.getuid()) {
      throw refuse('credential-denied', owner, `${path} belongs to another user`)
    }
    if (stats.size > MAX_BYTES) throw refuse('credential-invalid', owner, `${path} is larger than a login can be`)
    return parseLogin(owner, path, await file.readFile('utf8'))
  } finally {
    await file.close()
  }
}

/** The object in a text that was found in `source`. */
export function parseLogin(owner: CredentialOwner, source: string, text: string): Fields {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // The parser's own words would quote the text.
    throw refuse('credential-invalid', owner, `${source} holds no JSON`)
  }
  const record = asRecord(parsed)
  if (record === null) throw refuse('credential-invalid', owner, `${source} holds no JSON object`)
  return record
}

async function openLogin(owner: CredentialOwner, path: string): Promise<FileHandle | null> {
  try {
    return await open(await realpath(path), constants.O_RDONLY | NO_FOLLOW | NO_WAIT)
  } catch (thrown) {
    const code = errnoOf(thrown)
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    if (code === 'EACCES' || code === 'EPERM') {
      throw refuse('credential-denied', owner, `${path} may not be read`, thrown)
    }
    throw refuse('credential-failed', owner, `${path} could not be read (${code || 'for no reason told'})`, thrown)
  }
}

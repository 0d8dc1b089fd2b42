import { constants } from 'node:fs'
import { open, readdir, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { TextDecoder } from 'node:util'
import { NO_FOLLOW, NO_WAIT } from '../read/safe-read.ts'
import { toStorageError } from '../storage-error.ts'
import { temporaryBeside } from '../write/atomic-file.ts'
import type { ByteScrubber, Scrubber } from './scrub.ts'

const CHUNK_BYTES = 256 * 1024

/**
 * Replaces secrets in every file below a directory but those in `kept` (relative, with forward slashes). In what is no
 * UTF-8 text, such as a database, every other byte stays in its place. Links are not followed; files of any size take the same memory; a file without a secret is not written.
 */
export async function scrubDirectory(directory: string, scrubber: Scrubber, kept: ReadonlySet<string>): Promise<void> {
  if (scrubber.needles.length === 0) return
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(join(directory, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) folders.push(path)
      else if (entry.isFile() && !kept.has(path)) await scrubFile(join(directory, path), scrubber)
    }
  }
}

async function scrubFile(path: string, scrubber: Scrubber): Promise<void> {
  try {
    const handle = await open(path, constants.O_RDONLY | NO_FOLLOW | NO_WAIT)
    try {
      const found = await lookFor(handle, scrubber)
      if (found !== null) await rewrite(handle, path, scrubber.bytes({ keepLength: found === 'bytes' }))
    } finally {
      await handle.close()
    }
  } catch (thrown) {
    throw toStorageError(thrown, `remove secrets from ${path}`)
  }
}

/** What a file is that a secret stands in; null: none does. */
async function lookFor(handle: FileHandle, scrubber: Scrubber): Promise<'text' | 'bytes' | null> {
  const bytes = scrubber.bytes()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = true
  for await (const chunk of chunksOf(handle)) {
    text &&= isText(decoder, chunk)
    bytes.push(chunk)
  }
  bytes.end()
  if (bytes.replaced === 0) return null
  return text && isText(decoder, null) ? 'text' : 'bytes'
}

/** Null: the end of the text. */
function isText(decoder: TextDecoder, chunk: Uint8Array | null): boolean {
  try {
    if (chunk === null) decoder.decode()
    else decoder.decode(chunk, { stream: true })
    return true
  } catch {
    return false
  }
}

async function* chunksOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    // A new one each time: the scrubber may pass parts of it on.
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

async function rewrite(handle: FileHandle, path: string, bytes: ByteScrubber): Promise<void> {
  const temporary = temporaryBeside(path)
  const { mode } = await handle.stat()
  try {
    const target = await open(temporary, 'wx', 0o600)
    try {
      await target.chmod(mode & 0o777)
      for await (const chunk of chunksOf(handle)) await target.writeFile(bytes.push(chunk))
      await target.writeFile(bytes.end())
      await target.datasync()
    } finally {
      await target.close()
    }
    await rename(temporary, path)
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw thrown
  }
}

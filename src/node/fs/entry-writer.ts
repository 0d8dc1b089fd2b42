import { constants } from 'node:fs'
import { copyFile, link, lstat, mkdir, open, symlink, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { NO_FOLLOW } from '../read/safe-read.ts'
import { errnoOf } from '../storage-error.ts'
import { caseKey, placeOf, refuseLink } from './entry-path.ts'
import type { TarEntry } from './tar-entries.ts'

/** Writes entries of an archive below one directory, and only there. */
export interface EntryWriter {
  /** Null, or why the entry was not written. `parts` are names, none of them `..`; none at all is the target itself. */
  write(entry: TarEntry, parts: readonly string[]): Promise<string | null>
  written(): { readonly files: number; readonly bytes: number }
}

export interface EntryWriterOptions {
  readonly platform: NodeJS.Platform
  readonly maxBytes: number
}

/**
 * Folders that this writer made or found are real folders and are never replaced afterwards: what is below them is
 * below the target. Everything else that stands at an entry's path is removed first, never written through.
 */
export function createEntryWriter(target: string, options: EntryWriterOptions): EntryWriter {
  const state: State = {
    ...options,
    target,
    folders: new Set(),
    regular: new Set(),
    spellings: new Map(),
    files: 0,
    bytes: 0,
  }
  return {
    write: async (entry, parts) =>
      writeEntry(state, entry, { parts, key: parts.join('/'), path: join(target, ...parts) }),
    written: () => ({ files: state.files, bytes: state.bytes }),
  }
}

interface State extends EntryWriterOptions {
  readonly target: string
  readonly folders: Set<string>
  /** Regular files of this archive: what a hard link may name. */
  readonly regular: Set<string>
  readonly spellings: Map<string, string>
  files: number
  bytes: number
}

interface Place {
  readonly parts: readonly string[]
  readonly key: string
  readonly path: string
}

const IN_THE_WAY = 'a folder stands in its place'

async function writeEntry(state: State, entry: TarEntry, place: Place): Promise<string | null> {
  const { type } = entry
  const write = Object.hasOwn(WRITERS, type) ? WRITERS[type] : undefined
  if (write === undefined) return `it is a ${type}`
  const other = otherSpelling(state, place.key)
  if (other !== null) return `its name differs from ${other} only in case`
  if (place.parts.length > 0 && !(await isFolder(state, place.parts.slice(0, -1))))
    return 'a part of its path is not a folder'
  const refused = await write(state, entry, place)
  if (refused === null && type !== 'directory') state.files += 1
  return refused
}

type WriteEntry = (state: State, entry: TarEntry, place: Place) => Promise<string | null>

const WRITERS: Readonly<Record<string, WriteEntry | undefined>> = {
  directory: writeFolder,
  file: writeRegular,
  'contiguous-file': writeRegular,
  link: writeHardLink,
  symlink: writeSymbolicLink,
}

async function writeFolder(state: State, _entry: TarEntry, { parts, key, path }: Place): Promise<string | null> {
  if (!state.folders.has(key)) await clear(state, key, path)
  return (await isFolder(state, parts)) ? null : IN_THE_WAY
}

async function writeRegular(state: State, entry: TarEntry, { key, path }: Place): Promise<string | null> {
  const { size, mode } = entry
  if (state.bytes + size > state.maxBytes) return `it has ${size} bytes, and all together may have ${state.maxBytes}`
  if (!(await clear(state, key, path))) return IN_THE_WAY
  // Of the mode only "may be run" is taken over: nothing here is setuid, hidden from its owner, or open to others.
  const handle = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW,
    0o644 | (mode & 0o111),
  )
  try {
    for await (const chunk of entry.bytes) await handle.writeFile(chunk)
  } finally {
    await handle.close()
  }
  state.bytes += size
  state.regular.add(key)
  return null
}

async function writeHardLink(state: State, entry: TarEntry, { key, path }: Place): Promise<string | null> {
  const source = placeOf(entry.linkName, state.platform)
  const sourceKey = 'refused' in source ? '' : source.parts.join('/')
  if (!state.regular.has(sourceKey)) return 'it is a hard link to no file of the archive'
  if (sourceKey === key) return null
  if (!(await clear(state, key, path))) return IN_THE_WAY
  const sourcePath = join(state.target, sourceKey)
  await link(sourcePath, path).catch(async () => copyFile(sourcePath, path, constants.COPYFILE_EXCL))
  state.regular.add(key)
  return null
}

async function writeSymbolicLink(state: State, entry: TarEntry, { parts, key, path }: Place): Promise<string | null> {
  const linkName = entry.linkName
  const refused = parts.length === 0 ? 'it is a link' : refuseLink(parts.slice(0, -1), linkName, state.platform)
  if (refused !== null) return refused
  if (!(await clear(state, key, path))) return IN_THE_WAY
  await symlink(linkName, path)
  return null
}

/** Removes what stands at a path; false where that is a folder. */
async function clear(state: State, key: string, path: string): Promise<boolean> {
  const kind = await kindOf(path)
  if (kind === 'folder') return false
  if (kind === 'other') await unlink(path)
  state.regular.delete(key)
  return true
}

/** Whether a real folder is, or can be made, at these parts; looked up once, as folders never go away again. */
async function isFolder(state: State, parts: readonly string[]): Promise<boolean> {
  const key = parts.join('/')
  if (state.folders.has(key)) return true
  if (parts.length > 0 && !(await isFolder(state, parts.slice(0, -1)))) return false
  const path = join(state.target, ...parts)
  await mkdir(path).catch((thrown: unknown) => {
    if (errnoOf(thrown) !== 'EEXIST') throw thrown
  })
  if ((await kindOf(path)) !== 'folder') return false
  state.folders.add(key)
  return true
}

/** Another entry's name that a file system which does not tell case apart takes for this one. */
function otherSpelling(state: State, key: string): string | null {
  if (state.platform !== 'win32' && state.platform !== 'darwin') return null
  const known = state.spellings.get(caseKey(key))
  if (known === undefined) state.spellings.set(caseKey(key), key)
  return known === undefined || known === key ? null : known
}

async function kindOf(path: string): Promise<'none' | 'folder' | 'other'> {
  try {
    return (await lstat(path)).isDirectory() ? 'folder' : 'other'
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return 'none'
    throw thrown
  }
}

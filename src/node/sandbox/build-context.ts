import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises'
import { basename, join, posix, sep } from 'node:path'
import { once } from 'node:events'
import { type Header, pack, type Pack } from 'tar-stream'
import { AppError } from '../../contract/errors.ts'
import { hasWildcard, matchSource, parseDockerignore, type PathTest } from '../../core/environment/context-patterns.ts'
import type { Archive } from '../../core/environment/backend.ts'
import type { HostBuildStep } from '../../core/environment/host-build.ts'

export type CopyStep = Extract<HostBuildStep, { kind: 'copy' }>

/** A file, folder or link of a build context, and what it will be called where it is copied to. */
interface CopyEntry {
  readonly path: string
  /** Relative to the destination folder. */
  readonly name: string
}

/** What one COPY puts where. */
export interface Copy {
  /** Folder in the sandbox. */
  readonly directory: string
  readonly archive: () => Archive
}

/** The environment/ folder of a task, without what .dockerignore leaves out. */
export interface BuildContext {
  /** Throws AppError `image-build-failed` where a source is missing or leads out of the context. */
  check(step: CopyStep): Promise<void>
  /** `isDirectory`: whether a directory stands at the destination already. */
  copy(step: CopyStep, isDirectory: (path: string) => Promise<boolean>): Promise<Copy>
}

export async function openBuildContext(directory: string): Promise<BuildContext> {
  const root = await realpath(directory)
  const ignored = parseDockerignore(await readFile(join(root, '.dockerignore'), 'utf8').catch(() => ''))
  return {
    async check(step) {
      await resolveSources(root, ignored, step)
    },
    async copy(step, isDirectory) {
      const sources = await resolveSources(root, ignored, step)
      const [first] = sources
      const isRename =
        first !== undefined &&
        !first.isDirectory &&
        !step.intoDirectory &&
        sources.length === 1 &&
        !(await isDirectory(step.destination))
      const directory = isRename ? posix.dirname(step.destination) : step.destination
      const entries = (await Promise.all(sources.map(async (source) => entriesOf(root, ignored, source)))).flat()
      const named = isRename ? entries.map((entry) => ({ ...entry, name: posix.basename(step.destination) })) : entries
      return { directory, archive: () => packEntries(named, step.mode) }
    },
  }
}

interface Source {
  /** Absolute, links resolved. */
  readonly path: string
  /** As the Dockerfile calls it, relative to the context. */
  readonly relative: string
  readonly isDirectory: boolean
}

async function resolveSources(root: string, ignored: PathTest, step: CopyStep): Promise<readonly Source[]> {
  const names = await Promise.all(
    step.sources.map(async (source) => (hasWildcard(source) ? expandPattern(root, ignored, source) : [source])),
  )
  return Promise.all(
    names
      .flatMap((found, index) => (found.length === 0 ? [step.sources[index] ?? ''] : found))
      .map(async (relative) => resolveSource(root, ignored, relative, step)),
  )
}

async function expandPattern(root: string, ignored: PathTest, pattern: string): Promise<readonly string[]> {
  const matches = matchSource(pattern)
  return (await listBelow(root, '', ignored)).filter(matches).sort()
}

async function resolveSource(root: string, ignored: PathTest, relative: string, step: CopyStep): Promise<Source> {
  const fail = (reason: string): AppError =>
    new AppError('image-build-failed', `environment/Dockerfile line ${step.line}: COPY ${relative || '.'}: ${reason}`)
  if (relative !== '' && ignored(relative) && !(await holdsIncluded(root, ignored, relative)))
    throw fail('.dockerignore leaves it out')
  const path = await realpath(join(root, relative)).catch(() => null)
  if (path === null) throw fail('there is no such file')
  if (path !== root && !path.startsWith(root + sep)) throw fail('it is a link that leaves the folder')
  const status = await stat(path)
  if (!status.isDirectory() && !status.isFile()) throw fail('it is neither a file nor a folder')
  return { path, relative, isDirectory: status.isDirectory() }
}

/** A folder that is left out may hold files that are taken in again. */
async function holdsIncluded(root: string, ignored: PathTest, relative: string): Promise<boolean> {
  return (await listBelow(root, relative, ignored).catch(() => [])).length > 0
}

/** Of a folder its content, else the file itself. */
async function entriesOf(root: string, ignored: PathTest, source: Source): Promise<readonly CopyEntry[]> {
  if (!source.isDirectory) return [{ path: source.path, name: basename(source.relative) }]
  const inside = posix.relative(root, source.path)
  const below = await listBelow(root, inside, ignored)
  return below.map((path) => ({ path: join(root, path), name: inside === '' ? path : path.slice(inside.length + 1) }))
}

/** Paths below a folder of the context, relative to the context, parents first. Links are listed, not followed. */
async function listBelow(root: string, folder: string, ignored: PathTest): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  const lists = entries.map(async (entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    const below = entry.isDirectory() ? await listBelow(root, path, ignored) : []
    return ignored(path) && below.length === 0 ? [] : [path, ...below]
  })
  return (await Promise.all(lists)).flat()
}

/** Everything belongs to root, as in a build. */
async function* packEntries(entries: readonly CopyEntry[], mode: number | null): Archive {
  const archive = pack()
  const filling = fill(archive, entries, mode).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)))
  })
  try {
    for await (const chunk of archive) if (chunk instanceof Uint8Array) yield chunk
  } finally {
    archive.destroy()
    await filling
  }
}

async function fill(archive: Pack, entries: readonly CopyEntry[], mode: number | null): Promise<void> {
  for (const { path, name } of entries) {
    const status = await lstat(path)
    const header = { name, mode: mode ?? status.mode & 0o7777, mtime: status.mtime, uid: 0, gid: 0 }
    if (status.isDirectory()) await addEntry(archive, { ...header, mode: status.mode & 0o7777, type: 'directory' })
    else if (status.isSymbolicLink())
      await addEntry(archive, { ...header, type: 'symlink', linkname: await readlink(path) })
    else if (status.isFile()) await addFile(archive, { ...header, type: 'file', size: status.size }, path)
  }
  archive.finalize()
}

type EntryHeader = Partial<Header> & Pick<Header, 'name'>

async function addFile(archive: Pack, header: EntryHeader, path: string): Promise<void> {
  const sink = archive.entry(header)
  const closed = once(sink, 'close')
  for await (const chunk of createReadStream(path)) {
    if (!sink.write(chunk)) await once(sink, 'drain')
  }
  sink.end(undefined)
  await closed
}

async function addEntry(archive: Pack, header: EntryHeader): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(header, (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}

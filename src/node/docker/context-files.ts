import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** A file, folder or link of a build context, as root's: builders take no owners over. */
export interface ContextFile {
  /** Relative, with forward slashes. */
  readonly path: string
  readonly type: 'file' | 'directory' | 'symlink'
  /** Permissions with setuid and the like. */
  readonly mode: number
  readonly size: number
  readonly mtimeNs: bigint
  /** Of a link. */
  readonly linkname: string
  /** Of a file. */
  readonly open: () => AsyncIterable<unknown>
}

/** Files by their name in the context's root that stand in for its own or are added. */
export type Replaced = ReadonlyMap<string, Buffer>

/**
 * What of a directory is sent, in the order of a walk by bytes: each folder before what is in it. `isSent` decides by
 * path; a folder that is not sent itself is when something below it is. `mayHoldSent` spares walks through folders.
 */
export async function* contextFiles(
  directory: string,
  replaced: Replaced,
  isSent: (path: string) => boolean,
  mayHoldSent: boolean,
): AsyncGenerator<ContextFile> {
  const unsent = new Map<string, ContextFile>()
  for await (const file of walk(directory, '', replaced, (path) => mayHoldSent || isSent(path))) {
    if (!isSent(file.path)) {
      if (file.type === 'directory') unsent.set(file.path, file)
      continue
    }
    for (const folder of parentsOf(file.path)) {
      const parent = unsent.get(folder)
      if (parent !== undefined) yield parent
      unsent.delete(folder)
    }
    yield file
  }
}

async function* walk(
  directory: string,
  folder: string,
  replaced: Replaced,
  isEntered: (path: string) => boolean,
): AsyncGenerator<ContextFile> {
  const names = await readdir(join(directory, folder))
  const all = folder === '' ? [...new Set([...names, ...replaced.keys()])] : names
  for (const name of all.toSorted(byBytes)) {
    const path = folder === '' ? name : `${folder}/${name}`
    const content = replaced.get(path)
    const file = content === undefined ? await look(directory, path) : standIn(path, content)
    if (file !== null) yield file
    if (file?.type === 'directory' && isEntered(path)) yield* walk(directory, path, replaced, isEntered)
  }
}

/** Null for sockets, pipes and devices, which mean nothing elsewhere. */
async function look(directory: string, path: string): Promise<ContextFile | null> {
  const source = join(directory, path)
  const facts = await lstat(source, { bigint: true })
  const common = {
    path,
    mode: Number(facts.mode & 0o7777n),
    size: 0,
    mtimeNs: facts.mtimeNs,
    linkname: '',
    open: nothing,
  }
  if (facts.isDirectory()) return { ...common, type: 'directory' }
  if (facts.isSymbolicLink()) return { ...common, type: 'symlink', linkname: await readlink(source) }
  if (!facts.isFile()) return null
  return { ...common, type: 'file', size: Number(facts.size), open: () => createReadStream(source) }
}

function standIn(path: string, content: Buffer): ContextFile {
  async function* open(): AsyncGenerator<Uint8Array> {
    yield content
  }
  return { path, type: 'file', mode: 0o644, size: content.length, mtimeNs: 0n, linkname: '', open }
}

async function* nothing(): AsyncGenerator<never> {}

function parentsOf(path: string): string[] {
  const segments = path.split('/')
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'))
}

/** As the builder compares; the order of JavaScript's own differs for rare characters. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

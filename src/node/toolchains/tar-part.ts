import { createWriteStream } from 'node:fs'
import { lstat, open, readdir, readlink, truncate, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack, type Pack } from 'tar-stream'
import { writableAgain } from '../write/writable-again.ts'

/** What goes into a part of a tar: a tree of this host, a script, or a link. Names are relative, with `/`. */
export type PartItem =
  | { readonly name: string; readonly from: string }
  | { readonly name: string; readonly script: string }
  | { readonly name: string; readonly target: string }

/** The two empty blocks that end a tar. */
export const TAR_END = new Uint8Array(1024)

/**
 * Writes a tar without its end, so that several can follow each other in one. Everything is root's and readable by all; what
 * can be run on this host can be run there.
 */
export async function writeTarPart(path: string, items: readonly PartItem[], signal: AbortSignal): Promise<number> {
  const archive = pack()
  const adding = addItems(archive, items).then(
    () => archive.finalize(),
    (thrown: unknown) => archive.destroy(thrown instanceof Error ? thrown : new Error(String(thrown))),
  )
  const sink = createWriteStream(path, { flags: 'wx', highWaterMark: 1024 ** 2 })
  await pipeline(Readable.from(archive), sink, { signal })
  await adding
  const bytes = sink.bytesWritten - TAR_END.length
  await truncate(path, bytes)
  return bytes
}

async function addItems(archive: Pack, items: readonly PartItem[]): Promise<void> {
  const folders = new Set<string>()
  for (const item of items) {
    await addParents(archive, item.name, folders)
    if ('from' in item) await addTree(archive, item.from, item.name, folders)
    else if ('script' in item) await addScript(archive, item.name, item.script)
    else await addBare(archive, { name: item.name, type: 'symlink', linkname: item.target, mode: 0o777 })
  }
}

async function addParents(archive: Pack, name: string, folders: Set<string>): Promise<void> {
  const parts = name.split('/').slice(0, -1)
  for (const index of parts.keys()) await addFolder(archive, parts.slice(0, index + 1).join('/'), folders)
}

async function addFolder(archive: Pack, name: string, folders: Set<string>): Promise<void> {
  if (folders.has(name)) return
  folders.add(name)
  await addBare(archive, { name, type: 'directory', linkname: '', mode: 0o755 })
}

async function addTree(archive: Pack, from: string, name: string, folders: Set<string>): Promise<void> {
  const found = await lstat(from)
  if (found.isSymbolicLink()) {
    await addBare(archive, { name, type: 'symlink', linkname: await readlink(from), mode: 0o777 })
  } else if (found.isDirectory()) {
    await addFolder(archive, name, folders)
    for (const child of (await readdir(from)).sort())
      await addTree(archive, join(from, child), `${name}/${child}`, folders)
  } else if (found.isFile()) {
    await addFile(archive, from, name)
  }
}

interface BareHeader {
  readonly name: string
  readonly type: 'directory' | 'symlink'
  readonly linkname: string
  readonly mode: number
}

async function addBare(archive: Pack, header: BareHeader): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    archive.entry({ ...header, ...ROOT }, (error) => (error ? reject(error) : resolve()))
  })
}

const ROOT = { uid: 0, gid: 0 } as const

async function addScript(archive: Pack, name: string, script: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    archive.entry({ name, mode: 0o755, ...ROOT }, script, (error) => (error ? reject(error) : resolve()))
  })
}

async function addFile(archive: Pack, from: string, name: string): Promise<void> {
  const handle = await open(from)
  try {
    const { size, mode, mtime } = await handle.stat()
    await new Promise<void>((resolve, reject) => {
      const header = { name, size, mode: isProgram(mode) ? 0o755 : 0o644, mtime, ...ROOT }
      const sink = archive.entry(header, (error) => (error ? reject(error) : resolve()))
      copyInto(sink, size === 0 ? [] : bytesOf(handle, size)).catch(reject)
    })
  } finally {
    await handle.close()
  }
}

function bytesOf(handle: FileHandle, size: number): AsyncIterable<unknown> {
  // No more than the header says, should it grow.
  return handle.createReadStream({ autoClose: false, start: 0, end: size - 1, highWaterMark: 1024 ** 2 })
}

async function copyInto(
  sink: ReturnType<Pack['entry']>,
  source: AsyncIterable<unknown> | readonly unknown[],
): Promise<void> {
  for await (const chunk of source) {
    // Its reader has gone: nothing would ever be taken again.
    if (sink.destroyed) throw new Error('the archive was closed before its end')
    if (chunk instanceof Uint8Array && !sink.write(chunk)) await writableAgain(sink)
  }
  sink.end(null)
}

/** Windows knows no such mode: there everything may be run. */
function isProgram(mode: number): boolean {
  return process.platform === 'win32' || (mode & 0o111) !== 0
}

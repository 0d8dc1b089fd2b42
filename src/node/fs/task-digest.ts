import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import {
  type HashedDirectory,
  type NewHasher,
  selectDigestFiles,
  taskChecksum,
  taskDigest,
} from '../../core/task/digest.ts'
import { type ContextEntry, contextId, environmentId } from '../../core/task/environment-id.ts'
import { describeFsErrorAt, readTextFile } from './read-text.ts'
import { readTree, type TreeFile, type TreeFolder } from './task-tree.ts'

export interface TaskHashes {
  /** `sha256:…` over the files that make up the task. */
  readonly digest: string
  /** Harbor's older hash over the whole directory. */
  readonly checksum: string
  /** Names the content of `environment/`. */
  readonly environmentId: string
  /** Names all that a build of `environment/` is given. Ours alone. */
  readonly contextId: string
}

/**
 * The hashes of a task directory as Harbor computes them, and our own. `dockerImage` names an environment without files. AppError
 * `invalid-input` where something in the directory cannot be read or followed.
 */
export async function hashTask(directory: string, dockerImage: string | null = null): Promise<TaskHashes> {
  try {
    const tree = await readTree(directory)
    const sums = await hashFiles(tree)
    const paths = listFiles(tree)
      .filter(({ behindLink }) => !behindLink)
      .map(({ file }) => file.path)
    const environment = tree.folders.find(({ name }) => name === 'environment')
    const id = await hashEnvironment(environment, dockerImage)
    const selected = selectDigestFiles(paths, readIgnoreFile(directory, tree))
    return {
      digest: taskDigest(
        selected.map((path) => ({ path, sha256: sums.get(path) ?? '' })),
        newHasher,
      ),
      checksum: taskChecksum(toHashed(tree, sums), newHasher),
      environmentId: id,
      contextId: contextId(id, environment === undefined ? [] : contextEntries(environment, sums), newHasher),
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('invalid-input', `the task ${directory} cannot be hashed: ${describeFsErrorAt(error)}`, {
      cause: error,
    })
  }
}

const newHasher: NewHasher = () => {
  const hash = createHash('sha256')
  return { update: (data) => void hash.update(data), hex: () => hash.digest('hex') }
}

interface ListedFile {
  readonly file: TreeFile
  readonly behindLink: boolean
}

function listFiles(folder: TreeFolder): ListedFile[] {
  return [
    ...folder.files.map((file) => ({ file, behindLink: folder.behindLink })),
    ...folder.folders.flatMap(listFiles),
  ]
}

/** SHA-256 of each file by path, one after the other: many tasks may be hashed at once. */
async function hashFiles(tree: TreeFolder): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>()
  for (const { file } of listFiles(tree)) {
    const hasher = newHasher()
    for await (const chunk of readFile(file)) hasher.update(chunk)
    sums.set(file.path, hasher.hex())
  }
  return sums
}

async function* readFile({ absolute }: TreeFile): AsyncIterable<Uint8Array> {
  for await (const chunk of createReadStream(absolute, { highWaterMark: CHUNK_BYTES })) {
    if (chunk instanceof Uint8Array) yield chunk
  }
}

const CHUNK_BYTES = 1024 ** 2

function readIgnoreFile(directory: string, tree: TreeFolder): string | null {
  if (!tree.files.some(({ name }) => name === '.gitignore')) return null
  const read = readTextFile(join(directory, '.gitignore'))
  if (read.ok) return read.text
  throw new AppError('invalid-input', `the task ${directory} cannot be hashed: its .gitignore ${read.problem}`)
}

function toHashed({ files, folders }: TreeFolder, sums: ReadonlyMap<string, string>): HashedDirectory {
  return {
    files: files.map(({ name, path }) => ({ name, sha256: sums.get(path) ?? '' })),
    directories: folders.map((folder) => ({ name: folder.name, content: toHashed(folder, sums) })),
  }
}

async function hashEnvironment(environment: TreeFolder | undefined, dockerImage: string | null): Promise<string> {
  const files = environment === undefined ? [] : listFiles(environment)
  const counted = files.filter(({ file, behindLink }) => !file.isLink && !behindLink)
  const relative = counted.map(({ file }) => ({
    path: inEnvironment(file.path),
    size: file.size,
    read: () => readFile(file),
  }))
  return environmentId(relative, dockerImage ?? 'environment', newHasher)
}

/** What is in a folder, without what only its links lead to: builders are given links as links. */
function contextEntries(folder: TreeFolder, sums: ReadonlyMap<string, string>): ContextEntry[] {
  const files = folder.files.filter(({ isLink }) => !isLink)
  const folders = folder.folders.filter(({ isLink }) => !isLink)
  return [
    ...files.map(({ path, mode }) => entry('file', path, mode, sums.get(path) ?? '')),
    ...folder.links.map(({ path, target }) => entry('link', path, 0, target)),
    ...folders.map(({ path, mode }) => entry('directory', path, mode, '')),
    ...folders.flatMap((below) => contextEntries(below, sums)),
  ]
}

function entry(type: ContextEntry['type'], path: string, mode: number, content: string): ContextEntry {
  return { path: inEnvironment(path), type, mode, content }
}

function inEnvironment(path: string): string {
  return path.slice('environment/'.length)
}

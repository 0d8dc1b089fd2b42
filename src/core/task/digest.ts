import { compareCodePoints } from './code-point-order.ts'
import { createIgnore } from './gitignore.ts'

/** SHA-256 in steps. */
export interface Hasher {
  update(data: Uint8Array): void
  /** Lower-case hexadecimal; ends the hash. */
  hex(): string
}

export type NewHasher = () => Hasher

/** What is left out of a task's digest where it has no .gitignore of its own. */
const DEFAULT_IGNORE = ['__pycache__/', '*.pyc', '.DS_Store', '*.swp', '*.swo', '*~'].join('\n')

const COUNTED = /^(task\.toml|instruction\.md|README\.md|trajectory\.json|(environment|tests|solution|steps)\/.*)$/s

/**
 * The files that make up a task's identity, in the order of the digest. `paths` are regular files relative to the task
 * directory, links to files among them; `gitignore` is the text of the task's own ignore file, if it has one.
 */
export function selectDigestFiles(paths: Iterable<string>, gitignore: string | null): string[] {
  const isIgnored = createIgnore(gitignore ?? DEFAULT_IGNORE)
  return [...paths].filter((path) => COUNTED.test(path) && !isIgnored(path)).sort(compareCodePoints)
}

/** `sha256:…` over the files of a task; `sha256` of each is lower-case hexadecimal. Harbor's content hash of a package. */
export function taskDigest(
  files: readonly { readonly path: string; readonly sha256: string }[],
  newHasher: NewHasher,
): string {
  const hasher = newHasher()
  for (const { path, sha256 } of files) hasher.update(encode(`${path}\0${sha256}\n`))
  return `sha256:${hasher.hex()}`
}

/** A directory with the hashes of its files, links followed. */
export interface HashedDirectory {
  readonly files: readonly { readonly name: string; readonly sha256: string }[]
  readonly directories: readonly { readonly name: string; readonly content: HashedDirectory }[]
}

/** Harbor's `task_checksum`: a hash over the whole directory, nothing ignored. Directories without files do not count. */
export function taskChecksum(directory: HashedDirectory, newHasher: NewHasher): string {
  const files = directory.files.map(({ name, sha256 }) => `data:${sha256}\0name:${name}`)
  const directories = directory.directories
    .filter(({ content }) => hasFiles(content))
    .map(({ name, content }) => `dirhash:${taskChecksum(content, newHasher)}\0name:${name}`)
  const hasher = newHasher()
  hasher.update(encode([...files, ...directories].sort(compareCodePoints).join('\0\0')))
  return hasher.hex()
}

function hasFiles({ files, directories }: HashedDirectory): boolean {
  return files.length > 0 || directories.some(({ content }) => hasFiles(content))
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

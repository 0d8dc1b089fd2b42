import { compareCodePoints } from './code-point-order.ts'
import type { NewHasher } from './digest.ts'

/** A regular file of an environment. */
export interface EnvironmentFile {
  /** Relative to `environment/`, with forward slashes. */
  readonly path: string
  readonly size: number
  read(): AsyncIterable<Uint8Array>
}

const IGNORED = new Set(['.DS_Store', '.git', '__pycache__'])
const LARGE_FILE_BYTES = 2 ** 32
const ID_DIGITS = 32

/**
 * Names the content of an `environment/` directory: equal content, equal id. Links are not files here. Without any file
 * it names `fallback`: the prebuilt image, or the directory's name.
 */
export async function environmentId(
  files: readonly EnvironmentFile[],
  fallback: string,
  newHasher: NewHasher,
): Promise<string> {
  const counted = files.filter(({ path }) => !path.split('/').some((part) => IGNORED.has(part)))
  const hasher = newHasher()
  if (counted.length === 0) hasher.update(new TextEncoder().encode(fallback))
  const large = counted.some(({ size }) => size >= LARGE_FILE_BYTES)
  if (large) hasher.update(Uint8Array.of(1))
  for (const file of counted.toSorted((one, other) => compareCodePoints(one.path, other.path))) {
    const name = new TextEncoder().encode(file.path)
    hasher.update(bigEndian(name.length, 4))
    hasher.update(name)
    hasher.update(bigEndian(file.size, large ? 8 : 4))
    for await (const chunk of file.read()) hasher.update(chunk)
  }
  return hasher.hex().slice(0, ID_DIGITS)
}

/** Something of an `environment/` directory, as it stands there. */
export interface ContextEntry {
  /** Relative to `environment/`, with forward slashes. */
  readonly path: string
  readonly type: 'file' | 'directory' | 'link'
  /** Permissions; 0 for a link, which has none of its own. */
  readonly mode: number
  /** SHA-256 of a file, target of a link. */
  readonly content: string
}

/**
 * Names all that a build is given of an `environment/` directory: what `environmentId` names, and what that leaves out
 * though an image may hold it: modes, folders, links and the files that are ignored.
 */
export function contextId(environmentId: string, entries: readonly ContextEntry[], newHasher: NewHasher): string {
  const lines = entries
    .toSorted((one, other) => compareCodePoints(one.path, other.path))
    .map(({ path, type, mode, content }) => JSON.stringify([path, type, mode, content]))
  const hasher = newHasher()
  hasher.update(new TextEncoder().encode([environmentId, ...lines].join('\n')))
  return hasher.hex().slice(0, ID_DIGITS)
}

function bigEndian(value: number, bytes: 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, BigInt(value))
  return new Uint8Array(view.buffer, 8 - bytes)
}

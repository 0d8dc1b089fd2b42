import { posix } from 'node:path'
import type { Archive } from '../../core/environment/backend.ts'
import { closeCodeOf, keepText } from './children.ts'
import { feed } from './feed.ts'
import { type CommandIdentity, failureOf, type RunningSandbox, spawnInside } from './running.ts'

/*
 * Archives are packed and unpacked by the host's tar within the sandbox's own namespaces: whatever links stand there, they
 * lead to nothing of the host.
 */

/** Unpacks a tar at a directory, which is made where missing. */
export async function putArchive(
  sandbox: RunningSandbox,
  identity: CommandIdentity,
  directory: string,
  archive: Archive,
): Promise<void> {
  const owners = sandbox.mapping.kind === 'self' ? '--no-same-owner' : '--same-owner'
  const script = `mkdir -p -- "$1" && exec tar --extract --preserve-permissions --numeric-owner ${owners} --file=- --directory="$1"`
  const child = spawnInside(sandbox, ['sh', '-c', script, 'sh', posix.resolve('/', directory)], identity)
  const over = new AbortController()
  child.stdout.resume()
  const complaint = keepText(child.stderr)
  const ended = async (): Promise<number> => {
    const code = await closeCodeOf(child)
    over.abort()
    return code
  }
  const [code] = await Promise.all([ended(), feed(child.stdin, archive, over.signal)])
  if (code !== 0) throw failureOf(sandbox, `the archive could not be unpacked at ${directory}`, complaint())
}

/** Exit code of our own for "nothing stands there". */
const NOTHING_THERE = 44
/** tar's code for files that changed while it read them. */
const CHANGED = 1

/** A tar of a file or directory, names starting with its base name; null where nothing stands at the path. */
export async function getArchive(
  sandbox: RunningSandbox,
  identity: CommandIdentity,
  path: string,
): Promise<Archive | null> {
  const absolute = posix.resolve('/', path)
  const script = `[ -e "$1/$2" ] || [ -L "$1/$2" ] || exit ${NOTHING_THERE}
exec tar --create --format=gnu --numeric-owner --one-file-system --file=- --directory="$1" -- "$2"`
  const name = posix.basename(absolute) || '.'
  const child = spawnInside(sandbox, ['sh', '-c', script, 'sh', posix.dirname(absolute), name], identity)
  child.stdin.end()
  const complaint = keepText(child.stderr)
  const ended = closeCodeOf(child)
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  const first = await chunks.next()
  if (first.done !== true) return packed(first.value, chunks)
  const code = await ended
  if (code === NOTHING_THERE) return null
  throw failureOf(sandbox, `${path} could not be packed`, complaint())

  async function* packed(head: Uint8Array, rest: AsyncIterator<Uint8Array>): Archive {
    try {
      yield head
      for (let step = await rest.next(); step.done !== true; step = await rest.next()) yield step.value
      const code = await ended
      if (code > CHANGED) throw failureOf(sandbox, `${path} could not be packed whole`, complaint())
    } finally {
      // A reader that has had enough: tar ends when nobody reads.
      child.stdout.destroy()
    }
  }
}

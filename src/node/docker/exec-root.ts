import type { OutputChunk } from '../../core/environment/backend.ts'

const NEWLINE = 10
const RETURN = 13
/** Longest pid of Linux and its line end, which is of two characters on a terminal. */
const LONGEST = 9

/**
 * The command line that runs a command and first says under which pid, seen from inside the container: the engine's own
 * pid is the host's, by which nothing inside can be signalled. The shell replaces itself, so the pid stays the command's.
 * It is named in full, because the command's variables may hold any PATH.
 */
export function announced(command: string | readonly string[]): string[] {
  const words = typeof command === 'string' ? ['bash', '-c', command] : command
  return ['/bin/sh', '-c', 'echo $$; exec "$@"', 'sh', ...words]
}

/** Takes the announcement out of the output. */
export interface RootPidReader {
  /** What is left of a chunk for the consumer; null where nothing is. */
  take(chunk: OutputChunk): OutputChunk | null
  /** No more output comes: what was held back, where it turned out not to be an announcement. */
  end(): OutputChunk | null
  /** The command's pid, or null where it was never started. Settles by `end` at the latest. */
  readonly pid: Promise<number | null>
}

export function createRootPidReader(): RootPidReader {
  const { promise: pid, resolve } = Promise.withResolvers<number | null>()
  let held: Uint8Array = new Uint8Array(0)
  let settled = false

  const settle = (found: number | null, rest: Uint8Array): OutputChunk | null => {
    settled = true
    resolve(found)
    return rest.length === 0 ? null : { stream: 'stdout', data: rest }
  }
  return {
    take(chunk) {
      if (settled || chunk.stream === 'stderr') return chunk
      held = joined(held, chunk.data)
      const line = held.indexOf(NEWLINE)
      const digits = withoutReturn(line < 0 ? held : held.subarray(0, line))
      if (line < 0 && held.length <= LONGEST && isDigits(digits)) return null
      if (line > 0 && isDigits(digits)) return settle(toNumber(digits), held.subarray(line + 1))
      return settle(null, held)
    },
    end() {
      return settled ? null : settle(null, held)
    },
    pid,
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

function withoutReturn(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes
}

function isDigits(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 48 && byte <= 57)
}

function toNumber(digits: Uint8Array): number {
  return Number(new TextDecoder().decode(digits))
}

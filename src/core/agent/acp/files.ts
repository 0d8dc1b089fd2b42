import type { Container } from '../../environment/backend.ts'
import { createLastBytes } from './last-bytes.ts'

/** Files of the container, read and written as the agent's user. */
export interface ContainerFiles {
  /** Null: nothing stands there. Throws an Error that says why it cannot be read. */
  read(path: string): Promise<string | null>
  /** Makes the folders on the way. Throws an Error that says why it cannot be written. */
  write(path: string, content: string): Promise<void>
}

/** Larger files are no text that a model reads. */
const MAX_BYTES = 16 * 1024 * 1024
const MISSING = 44

/* Devices and pipes are refused: they would have no end. */
const READ = `[ -e "$1" ] || exit ${MISSING}; [ -f "$1" ] || { echo "$1 is no regular file" >&2; exit 1; }; exec head -c ${MAX_BYTES + 1} -- "$1"`
const WRITE = `[ ! -e "$1" ] || [ -f "$1" ] || { echo "$1 is no regular file" >&2; exit 1; }; mkdir -p -- "$(dirname -- "$1")" && cat > "$1"`

export function createContainerFiles(
  container: Pick<Container, 'exec'>,
  { user, signal }: { readonly user?: string | number | undefined; readonly signal: AbortSignal },
): ContainerFiles {
  async function run(
    script: string,
    path: string,
    stdin?: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly exitCode: number | null; readonly out: Uint8Array[]; readonly why: string }> {
    const out: Uint8Array[] = []
    const complaint = createLastBytes(2000)
    const { exitCode, truncated } = await container.exec({
      command: ['bash', '-c', script, 'acp', path],
      signal,
      maxOutputBytes: MAX_BYTES,
      onOutput: ({ stream, data }) => (stream === 'stdout' ? void out.push(data.slice()) : complaint.push(data)),
      ...(user === undefined ? {} : { user }),
      ...(stdin === undefined ? {} : { stdin }),
    })
    if (truncated) throw new Error(`${path} is larger than ${MAX_BYTES} bytes`)
    return { exitCode, out, why: complaint.text().trim() }
  }
  return {
    async read(path) {
      const { exitCode, out, why } = await run(READ, path)
      if (exitCode === MISSING) return null
      if (exitCode !== 0) throw new Error(why || `${path} cannot be read`)
      const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
      return out.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode()
    },
    async write(path, content) {
      const { exitCode, why } = await run(WRITE, path, once(content))
      if (exitCode !== 0) throw new Error(why || `${path} cannot be written`)
    },
  }
}

/** Lines from `line` (from 1), `limit` of them, with their line breaks. */
export function linesOf(content: string, line: number | null, limit: number | null): string {
  if (line === null && limit === null) return content
  const lines = content.split(/(?<=\n)/)
  const from = (line ?? 1) - 1
  return lines.slice(from, limit === null ? undefined : from + limit).join('')
}

async function* once(content: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(content)
}

import type { ItemOf } from '../../contract/api/api.ts'
import type { TerminalInfo } from '../../contract/api/terminals.ts'
import type { Terminal } from '../../core/environment/backend.ts'
import { createByteRing } from './byte-ring.ts'
import { wholeCharacters } from './whole-characters.ts'

/** What a client that comes back later still sees. */
const HELD_BYTES = 1024 ** 2
/** A reader this far behind holds the program back, so that nothing is overwritten before it was seen. */
const MOST_BEHIND = HELD_BYTES / 2
/** Bytes of one piece. */
const PIECE_BYTES = 64 * 1024

/** An open terminal, whoever looks at it. */
export interface TerminalSession {
  info(): TerminalInfo
  write(text: string): Promise<void>
  resize(columns: number, rows: number): Promise<void>
  output(fromByte: number, signal: AbortSignal): AsyncIterable<ItemOf<'terminal.output'>>
  close(): Promise<void>
}

export function createTerminalSession(terminal: Terminal, identity: Omit<TerminalInfo, 'exited'>): TerminalSession {
  const ring = createByteRing(HELD_BYTES)
  /** How far each reader has come. */
  const readers = new Set<{ at: number }>()
  let changed = Promise.withResolvers<void>()
  let exited = false
  const tell = (): void => {
    changed.resolve()
    changed = Promise.withResolvers<void>()
  }
  const slowest = (): number => Math.min(ring.end, ...[...readers].map(({ at }) => at))

  async function pump(): Promise<void> {
    try {
      for await (const data of terminal.output) {
        for (let at = 0; at < data.length; at += PIECE_BYTES) {
          ring.push(data.subarray(at, at + PIECE_BYTES))
          tell()
          while (ring.end - slowest() > MOST_BEHIND) await changed.promise
        }
      }
    } finally {
      await terminal.exited
      exited = true
      tell()
    }
  }
  // What broke it is told by whoever types into it; its readers see its end.
  pump().catch(() => undefined)

  return {
    info: () => ({ ...identity, exited }),
    write: async (text) => terminal.write(new TextEncoder().encode(text)),
    resize: async (columns, rows) => terminal.resize(columns, rows),
    async *output(fromByte, signal) {
      const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
      const reader = { at: Math.min(fromByte, ring.end) }
      const stop = (): void => tell()
      readers.add(reader)
      signal.addEventListener('abort', stop, { once: true })
      try {
        for (let done = false; !done && !signal.aborted;) {
          // Asked before the bytes: what is printed after the question comes with the next piece.
          const isOver = exited
          const news = changed.promise
          const { from, data } = ring.read(reader.at, PIECE_BYTES)
          const last = isOver && from + data.length === ring.end
          const whole = wholeCharacters(data, { first: from === 0 || from === reader.at, last })
          done = last
          if (whole.to === whole.from && !done) {
            await news
            continue
          }
          const to = from + whole.to
          yield { from: from + whole.from, to, text: decoder.decode(data.subarray(whole.from, whole.to)), exited: done }
          reader.at = to
          // There is room again.
          tell()
        }
      } finally {
        readers.delete(reader)
        signal.removeEventListener('abort', stop)
        tell()
      }
    },
    close: async () => terminal.close(),
  }
}

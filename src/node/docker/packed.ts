import { pack, type Header, type Pack } from 'tar-stream'
import { drained } from './drained.ts'

export type EntryHeader = Partial<Header> & Pick<Header, 'name'>

/**
 * The archive that `fill` writes, at the pace at which it is read; leaving off early ends the writing. The archive is
 * finished here; what `fill` throws comes out at the reader.
 */
export async function* packed(fill: (out: Pack) => Promise<void> | void): AsyncGenerator<Uint8Array> {
  const out = pack()
  const filling = write(out, fill)
  try {
    for await (const chunk of out) if (chunk instanceof Uint8Array) yield chunk
  } finally {
    out.destroy()
    await filling
  }
}

/** Writes one file from a source; stops when nobody reads the archive any more. */
export async function packFile(out: Pack, header: EntryHeader, source: AsyncIterable<unknown>): Promise<void> {
  const sink = out.entry(header)
  for await (const chunk of source) {
    if (out.destroyed) return
    if (!sink.write(chunk)) await drained(sink)
  }
  sink.end(undefined)
}

async function write(out: Pack, fill: (out: Pack) => Promise<void> | void): Promise<void> {
  try {
    await fill(out)
    if (!out.destroyed) out.finalize()
  } catch (error) {
    out.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}

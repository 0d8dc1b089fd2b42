import { joinBytes } from '../../text/join-bytes.ts'
import type { TrialFiles } from '../../job/ports.ts'
import type { LogFolder, LogLine } from './converter.ts'

/** The logs of a trial as converters read them. */
export function toLogFolder(files: Pick<TrialFiles, 'list' | 'readBytes'>): LogFolder {
  return {
    list: async (folder) => files.list(folder),
    lines: (path, fromByte = 0) => linesOf(files.readBytes(path, fromByte), fromByte),
  }
}

const LF = 10
/** A longer line is no line of a log: its bytes are passed over and counted into the next line's place. */
const MAX_LINE_BYTES = 64 * 1024 ** 2

/** Lines without their LF, each with the byte it begins at; a last line without LF counts. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>, fromByte: number): AsyncGenerator<LogLine> {
  const decoder = new TextDecoder()
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  let at = fromByte
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      const bytes = pendingBytes + end - from
      const tail = chunk.subarray(from, end)
      if (bytes <= MAX_LINE_BYTES)
        yield { text: decoder.decode(pending.length === 0 ? tail : joinBytes([...pending, tail])), at }
      at += bytes + 1
      pending = []
      pendingBytes = 0
      from = end + 1
    }
    if (from < chunk.length) {
      pendingBytes += chunk.length - from
      // Of a line that is too long only its length matters.
      if (pendingBytes <= MAX_LINE_BYTES) pending.push(chunk.slice(from))
      else pending = []
    }
  }
  if (pendingBytes > 0 && pendingBytes <= MAX_LINE_BYTES) yield { text: decoder.decode(joinBytes(pending)), at }
}

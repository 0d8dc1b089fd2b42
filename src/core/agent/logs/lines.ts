import { joinBytes } from '../../text/join-bytes.ts'
export interface LineSplitter {
  push(bytes: Uint8Array): void
  /** The last line, where no LF ends it. Call once. */
  end(): void
  /** Lines that were left out because they were too long. */
  readonly dropped: number
}

/**
 * Cuts a stream of bytes into lines at LF only (JSON may hold the other line breaks of Unicode as they are), however it
 * is cut into chunks. What is no UTF-8 becomes U+FFFD. The chunks may be used anew by the caller after `push`.
 */
export function createLineSplitter(
  onLine: (text: string) => void,
  options: { readonly maxLineBytes?: number } = {},
): LineSplitter {
  const maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES
  const decoder = new TextDecoder()
  /** Of the line that has not ended. */
  let open: Uint8Array[] = []
  let openBytes = 0
  let dropped = 0

  const hold = (part: Uint8Array): void => {
    openBytes += part.length
    // Too long already: only its end is still of interest.
    if (openBytes > maxLineBytes) open = []
    else if (part.length > 0) open.push(part.slice())
  }
  const close = (part: Uint8Array): void => {
    const bytes = openBytes + part.length
    if (bytes > maxLineBytes) dropped += 1
    else onLine(decoder.decode(openBytes === 0 ? part : joinBytes([...open, part])))
    open = []
    openBytes = 0
  }
  return {
    push: (bytes) => {
      let from = 0
      for (let to = bytes.indexOf(LF); to >= 0; to = bytes.indexOf(LF, from)) {
        close(bytes.subarray(from, to))
        from = to + 1
      }
      hold(bytes.subarray(from))
    },
    end: () => {
      if (openBytes > 0) close(new Uint8Array())
    },
    get dropped() {
      return dropped
    },
  }
}

const LF = 0x0a
/** Far beyond any tool result, and still no danger to the memory. */
const MAX_LINE_BYTES = 32 * 1024 * 1024

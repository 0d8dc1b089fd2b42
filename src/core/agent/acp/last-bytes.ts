import { joinBytes } from '../../text/join-bytes.ts'
/** The end of a stream of bytes, as text. */
export interface LastBytes {
  push(data: Uint8Array): void
  text(): string
  readonly truncated: boolean
}

/** Keeps at most `limit` bytes, cut at the beginning of a character. */
export function createLastBytes(limit: number): LastBytes {
  let parts: Uint8Array[] = []
  let bytes = 0
  let truncated = false
  return {
    push(data) {
      parts.push(data.slice())
      bytes += data.length
      if (bytes <= limit) return
      truncated = true
      // Cut now and then only: each cut copies what stays.
      if (bytes > 2 * limit + 65_536) {
        parts = [lastOf(parts, limit)]
        bytes = limit
      }
    },
    text: () => new TextDecoder().decode(truncated ? fromCharacter(lastOf(parts, limit)) : joinBytes(parts)),
    get truncated() {
      return truncated
    },
  }
}

function lastOf(parts: readonly Uint8Array[], limit: number): Uint8Array {
  const whole = joinBytes(parts)
  return whole.subarray(Math.max(0, whole.length - limit))
}

/** Without the rest of a character whose beginning is gone. */
function fromCharacter(bytes: Uint8Array): Uint8Array {
  let at = 0
  while (at < 3 && at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1
  return bytes.subarray(at)
}

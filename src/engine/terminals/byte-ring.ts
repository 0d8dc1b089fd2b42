/** The last bytes of a stream, by their position in the whole of it. */
export interface ByteRing {
  /** Position of the first byte that is still held. */
  readonly start: number
  /** Position after the last byte. */
  readonly end: number
  push(data: Uint8Array): void
  /** Bytes from a position on, at most `limit`; from `start` where the position is no longer held. */
  read(from: number, limit: number): { readonly from: number; readonly data: Uint8Array }
}

export function createByteRing(capacity: number): ByteRing {
  const buffer = new Uint8Array(capacity)
  let end = 0
  const start = (): number => Math.max(0, end - capacity)
  return {
    get start() {
      return start()
    },
    get end() {
      return end
    },
    push(data) {
      const kept = data.subarray(Math.max(0, data.length - capacity))
      end += data.length - kept.length
      const at = end % capacity
      const first = kept.subarray(0, capacity - at)
      buffer.set(first, at)
      buffer.set(kept.subarray(first.length), 0)
      end += kept.length
    },
    read(wanted, limit) {
      const from = Math.min(Math.max(wanted, start()), end)
      const length = Math.min(limit, end - from)
      const at = from % capacity
      const data = new Uint8Array(length)
      const first = buffer.subarray(at, Math.min(at + length, capacity))
      data.set(first, 0)
      data.set(buffer.subarray(0, length - first.length), first.length)
      return { from, data }
    },
  }
}

import type { OutputChunk } from '../../core/environment/backend.ts'

const HEAD_BYTES = 8
const STDIN = 0
const STDOUT = 1
const SYSTEM_ERROR = 3

/**
 * Splits the engine's stream of output: frames of an eight-byte head (stream, three zeros, length big-endian) and so
 * many bytes. Call it with each chunk in turn; a frame that goes on in the next chunk is given out in pieces, without
 * a copy, so that memory does not depend on the length of a frame. Throws when what comes cannot be a frame.
 */
export function createFrameSplitter(): (chunk: Uint8Array) => Generator<OutputChunk> {
  const head = new Uint8Array(HEAD_BYTES)
  let headBytes = 0
  let remaining = 0
  let stream: OutputChunk['stream'] = 'stdout'

  return function* split(chunk) {
    let offset = 0
    while (offset < chunk.length) {
      if (remaining === 0) {
        const taken = chunk.subarray(offset, offset + HEAD_BYTES - headBytes)
        head.set(taken, headBytes)
        headBytes += taken.length
        offset += taken.length
        if (headBytes < HEAD_BYTES) return
        headBytes = 0
        stream = streamOf(head)
        remaining = new DataView(head.buffer).getUint32(4)
        continue
      }
      const data = chunk.subarray(offset, offset + remaining)
      offset += data.length
      remaining -= data.length
      yield { stream, data }
    }
  }
}

function streamOf(head: Uint8Array): OutputChunk['stream'] {
  const [kind = STDIN, ...padding] = head.subarray(0, 4)
  if (kind > SYSTEM_ERROR || padding.some((byte) => byte !== 0)) {
    throw new Error('the engine sent output in a form that it should not use without a terminal')
  }
  return kind === STDIN || kind === STDOUT ? 'stdout' : 'stderr'
}

import { AppError } from '../contract/errors.ts'
import type { Archive } from '../core/environment/backend.ts'

/** Two blocks of zeros end every tar. */
const END_BYTES = 1024

/**
 * Passes a tar on; one that ends without its end mark was cut off, which its readers would not notice between two
 * entries. Codes: archive-refused; errors of the archive itself pass through.
 */
export async function* whole(archive: Archive): AsyncGenerator<Uint8Array> {
  let zeros = 0
  for await (const chunk of archive) {
    const found = zerosAtEnd(chunk)
    zeros = found === chunk.length ? zeros + found : found
    yield chunk
  }
  if (zeros < END_BYTES) throw new AppError('archive-refused', 'An archive was cut off: its end is missing.')
}

/** Not more are counted than matter, unless the chunk is shorter. */
function zerosAtEnd(chunk: Uint8Array): number {
  const least = Math.max(0, chunk.length - END_BYTES)
  let start = chunk.length
  while (start > least && chunk[start - 1] === 0) start -= 1
  return chunk.length - start
}

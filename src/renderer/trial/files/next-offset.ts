import type { FileContent } from '../../../contract/api/common.ts'

/** So much of a text the engine gives at once. */
const PIECE_BYTES = 1024 ** 2

/**
 * Where the piece after this one begins; null: there is none. In a text that is no valid UTF-8 what was read cannot be
 * counted from what is shown; it then goes on after a whole piece.
 */
export function toNextOffset({ kind, truncated, offset, text }: FileContent): number | null {
  if (kind !== 'text' || !truncated || text === null || text === '') return null
  if (text.includes('\uFFFD')) return offset + PIECE_BYTES
  return offset + new TextEncoder().encode(text).length
}

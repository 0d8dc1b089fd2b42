import { closeSync, fstatSync, readSync } from 'node:fs'
import type { FileContent } from '../../contract/api/common.ts'
import { AppError } from '../../contract/errors.ts'
import { partsOf } from '../../node/fs/paths.ts'
import { openBelow } from '../../node/read/safe-read.ts'
import { wholeCharacters } from '../terminals/whole-characters.ts'

/** Text is given in pieces of this size. */
const PIECE_BYTES = 1024 ** 2
const MAX_IMAGE_BYTES = 16 * 1024 ** 2
/** Enough to tell what a file is. */
const SNIFF_BYTES = 8192

/**
 * A piece of a file below a directory, which nothing in `path` leaves: no link is followed. What a file is follows from
 * its bytes, never from its name; SVG is text, as it can do more than show. Codes: invalid-input, not-found.
 */
export function readFileContent(directory: string, path: string, offset: number): FileContent {
  const file = openBelow(directory, partsOf(path))
  if (file === null) throw new AppError('not-found', `there is no file "${path}" that can be shown`)
  try {
    const { size } = fstatSync(file)
    const head = readAt(file, 0, Math.min(SNIFF_BYTES, size))
    const base = { path, size, offset: 0, to: size, text: null, data: null, truncated: false }
    const image = imageType(head)
    if (image !== null) return readImage(file, { ...base, kind: 'image', mime: image })
    if (isBinary(head)) return { ...base, kind: 'binary', mime: 'application/octet-stream', truncated: size > 0 }
    const piece = readAt(file, offset, Math.max(0, Math.min(PIECE_BYTES, size - offset)))
    const { from, to } = wholeCharacters(piece, { first: offset === 0, last: offset + piece.length >= size })
    const text = piece.toString('utf8', from, to)
    return {
      ...base,
      kind: 'text',
      mime: 'text/plain',
      offset: offset + from,
      to: offset + to,
      text,
      truncated: offset + to < size,
    }
  } finally {
    closeSync(file)
  }
}

function readImage(file: number, content: FileContent): FileContent {
  if (content.size > MAX_IMAGE_BYTES) return { ...content, truncated: true }
  return { ...content, data: readAt(file, 0, content.size).toString('base64') }
}

export function readAt(file: number, from: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const count = readSync(file, buffer, filled, length - filled, from + filled)
    if (count === 0) break
    filled += count
  }
  return buffer.subarray(0, filled)
}

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

function imageType(head: Buffer): string | null {
  if (head.subarray(0, 8).equals(PNG)) return 'image/png'
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg'
  const start = head.toString('latin1', 0, 12)
  if (/^GIF8[79]a/.test(start)) return 'image/gif'
  return start.startsWith('RIFF') && start.endsWith('WEBP') ? 'image/webp' : null
}

/** A NUL is in no text. */
function isBinary(head: Buffer): boolean {
  return head.includes(0)
}

import { createRedactor, REDACTED_TEXT, type Redactor } from '../../core/job/redactor.ts'

/** Replaces known secrets in text and in streams of bytes. */
export interface Scrubber extends Redactor {
  /** A scrubber for one stream of bytes; `keepLength`: what is no text stays as long as it was, each byte in its place. */
  bytes(options?: { readonly keepLength?: boolean }): ByteScrubber
}

/**
 * One stream being scrubbed. Bytes that may be the start of a secret are held back until it is clear, at most one less
 * than the longest secret has. What comes out is the same however the stream is cut into chunks.
 */
export interface ByteScrubber {
  /** What may pass; without secrets the chunk itself. */
  push(chunk: Uint8Array): Uint8Array
  /** How many secrets were replaced so far. */
  readonly replaced: number
  /** What was held back. The stream may go on afterwards: what follows is a new text. */
  end(): Uint8Array
}

export function createScrubber(secrets: readonly string[]): Scrubber {
  const redactor = createRedactor(secrets)
  const needles = redactor.needles.map((needle) => Buffer.from(needle))
  return {
    ...redactor,
    bytes: ({ keepLength = false } = {}) =>
      needles.length === 0 ? PASS : createByteScrubber(needles, keepLength ? stars : () => REPLACEMENT),
  }
}

const NOTHING = new Uint8Array(0)
const PASS: ByteScrubber = { push: (chunk) => chunk, replaced: 0, end: () => NOTHING }
const REPLACEMENT = Buffer.from(REDACTED_TEXT)
const stars: Replacement = (length) => Buffer.alloc(length, '*')

/** What stands in place of so many bytes. */
type Replacement = (length: number) => Buffer

/** `needles`: longest first. */
function createByteScrubber(needles: readonly Buffer[], replacement: Replacement): ByteScrubber {
  let held: Buffer = Buffer.alloc(0)
  let replaced = 0

  function pass(data: Buffer, isLast: boolean): Buffer {
    const { parts, end, count } = replaceIn(data, needles, replacement, isLast)
    replaced += count
    // A copy: a few bytes must not keep a whole chunk alive.
    held = Buffer.from(data.subarray(end))
    return join(parts)
  }

  return {
    get replaced() {
      return replaced
    },
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      return pass(held.length === 0 ? bytes : Buffer.concat([held, bytes]), false)
    },
    // Only a whole secret that could have been the start of a longer one is left to find.
    end: () => pass(held, true),
  }
}

/** What passes of `data[0, end)`; the rest waits. Leftmost secret first, at one place the longest. */
function replaceIn(data: Buffer, needles: readonly Buffer[], replacement: Replacement, isLast: boolean): Passed {
  const parts: Buffer[] = []
  const nextAt = needles.map((needle) => data.indexOf(needle))
  for (let from = 0; ;) {
    const end = isLast ? data.length : startOfOpenEnd(data, from, needles)
    const found = firstMatch(data, from, needles, nextAt)
    if (found === null || found.at >= end) {
      parts.push(data.subarray(from, end))
      return { parts, end, count: (parts.length - 1) / 2 }
    }
    parts.push(data.subarray(from, found.at), replacement(found.length))
    from = found.at + found.length
  }
}

interface Passed {
  readonly parts: readonly Buffer[]
  readonly end: number
  readonly count: number
}

/** `nextAt` holds where each needle comes next, so that none is searched for twice. */
function firstMatch(
  data: Buffer,
  from: number,
  needles: readonly Buffer[],
  nextAt: number[],
): { readonly at: number; readonly length: number } | null {
  let first: { readonly at: number; readonly length: number } | null = null
  for (const [index, needle] of needles.entries()) {
    let at = nextAt[index] ?? -1
    if (at !== -1 && at < from) at = nextAt[index] = data.indexOf(needle, from)
    if (at !== -1 && (first === null || at < first.at)) first = { at, length: needle.length }
  }
  return first
}

/** Where a needle may have begun that the data ends in the middle of; the data's length where none has. */
function startOfOpenEnd(data: Buffer, from: number, needles: readonly Buffer[]): number {
  let start = data.length
  for (const needle of needles) {
    for (let at = Math.max(from, data.length - needle.length + 1); at < start; at += 1) {
      at = data.indexOf(needle[0] ?? 0, at)
      if (at === -1 || at >= start) break
      if (data.compare(needle, 0, data.length - at, at) === 0) start = at
    }
  }
  return start
}

function join(parts: readonly Buffer[]): Buffer {
  const filled = parts.filter((part) => part.length > 0)
  const [only] = filled
  return filled.length === 1 && only !== undefined ? only : Buffer.concat(filled)
}

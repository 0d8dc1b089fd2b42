import { createEscapeFilter } from '../text/escape-filter.ts'

/** Enough for one line of any terminal. */
const KEPT_BYTES = 2048

/** The end of what a trial printed. `push` costs no more than a copy of that end, however much was printed. */
export interface OutputTail {
  push(data: Uint8Array): void
  /** The last line with something in it, without anything that a terminal obeys. */
  lastLine(): string
}

export function createOutputTail(): OutputTail {
  let kept = new Uint8Array(0)
  let line: string | null = ''
  return {
    push(data) {
      kept = joinEnd(kept, data)
      line = null
    },
    lastLine() {
      line ??= lastLineOf(kept)
      return line
    },
  }
}

function joinEnd(before: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  if (data.length >= KEPT_BYTES) return Uint8Array.from(data.subarray(data.length - KEPT_BYTES))
  const old = before.subarray(Math.max(0, before.length + data.length - KEPT_BYTES))
  const joined = new Uint8Array(old.length + data.length)
  joined.set(old)
  joined.set(data, old.length)
  return joined
}

function lastLineOf(bytes: Uint8Array): string {
  const text = createEscapeFilter({ colours: false }).push(new TextDecoder().decode(bytes))
  const lines = text.split('\n').map((line) => line.replaceAll('\t', ' ').trim())
  return lines.findLast((line) => line !== '') ?? ''
}

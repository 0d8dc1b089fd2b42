import { closeSync, fstatSync, watch } from 'node:fs'
import type { OutputPiece } from '../../contract/api/trials.ts'
import { OUTPUT_FILE } from '../../node/read/layout.ts'
import { openBelow } from '../../node/read/safe-read.ts'
import { wholeCharacters } from '../terminals/whole-characters.ts'
import { readAt } from './file-content.ts'
import { createBell } from './listeners.ts'

/** A reader that is further behind than this is moved on … */
const MAX_BEHIND_BYTES = 1024 ** 2
/** … to this far before the end; a new one starts here. */
const TAIL_BYTES = 256 * 1024
const PIECE_BYTES = 256 * 1024
/** Two pieces are at least this far apart: one frame of a screen. */
const FLUSH_MS = 16
/** Watching is not told everything on every file system. */
const POLL_MS = 250
/** What was told of is on its way to the file: so soon it is looked for again, … */
const LANDING_LOOK_MS = 4
/** … for so long. */
const LANDING_MS = 100

export interface FollowOutputOptions {
  /** Absolute. */
  readonly directory: string
  /** Null: from a little before the end. */
  readonly fromByte: number | null
  readonly signal: AbortSignal
  /** Told at once when something was printed, where this process runs the trial; null: the file is watched. */
  readonly onPrinted: ((wake: () => void) => () => void) | null
  /** Whether something may still be printed. */
  readonly isRunning: () => Promise<boolean>
}

/** The output of a trial as it grows, in pieces of whole characters, until the trial has finished. */
export async function* followOutput(options: FollowOutputOptions): AsyncGenerator<OutputPiece> {
  const { directory, signal } = options
  const bell = createBell(signal)
  let toldMs = Number.NEGATIVE_INFINITY
  const wake = (): void => {
    toldMs = performance.now()
    bell.ring()
  }
  const stop = options.onPrinted === null ? watchFile(directory, bell.ring) : options.onPrinted(wake)
  let at = options.fromByte
  let flushedMs = Number.NEGATIVE_INFINITY
  try {
    while (!signal.aborted) {
      // Looked at before the file: what is printed until then is in it.
      const isOver = !(await options.isRunning())
      const piece = readPiece(directory, at, isOver)
      if (piece !== null) {
        const early = flushedMs + FLUSH_MS - performance.now()
        if (early > 0) await pause(early, signal)
        flushedMs = performance.now()
        at = piece.to
        yield piece
      } else if (isOver) return
      else await bell.wait(performance.now() - toldMs < LANDING_MS ? LANDING_LOOK_MS : POLL_MS)
    }
  } finally {
    stop()
    bell.close()
  }
}

/** The next piece; null where there is none yet. */
function readPiece(directory: string, wanted: number | null, isOver: boolean): OutputPiece | null {
  const file = openBelow(directory, [OUTPUT_FILE])
  if (file === null) return null
  try {
    const { size } = fstatSync(file)
    const behind = size - (wanted ?? Number.NEGATIVE_INFINITY)
    const from = wanted === null || behind > MAX_BEHIND_BYTES ? Math.max(0, size - TAIL_BYTES) : wanted
    if (from >= size) return null
    return readWhole(file, from, { length: Math.min(PIECE_BYTES, size - from), isStart: from === wanted, size, isOver })
  } finally {
    closeSync(file)
  }
}

function readWhole(
  file: number,
  from: number,
  { length, isStart, size, isOver }: { length: number; isStart: boolean; size: number; isOver: boolean },
): OutputPiece | null {
  const bytes = readAt(file, from, length)
  // A character that was cut off by the end of the file may go on; at the very end it does not.
  const cut = wholeCharacters(bytes, { first: isStart || from === 0, last: isOver && from + length === size })
  if (cut.to <= cut.from) return null
  return { from: from + cut.from, to: from + cut.to, text: bytes.toString('utf8', cut.from, cut.to) }
}

/** A piece of what was printed, from any byte on. */
export function readOutputPiece(directory: string, from: number, limit: number): OutputPiece {
  const file = openBelow(directory, [OUTPUT_FILE])
  if (file === null) return { from, to: from, text: '' }
  try {
    const { size } = fstatSync(file)
    const length = Math.max(0, Math.min(limit, size - from))
    const bytes = readAt(file, from, length)
    const cut = wholeCharacters(bytes, { first: from === 0, last: from + length >= size })
    return { from: from + cut.from, to: from + cut.to, text: bytes.toString('utf8', cut.from, cut.to) }
  } finally {
    closeSync(file)
  }
}

function watchFile(directory: string, wake: () => void): () => void {
  try {
    const watcher = watch(directory, wake)
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    return () => {}
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const bell = createBell(signal)
  await bell.wait(ms)
  bell.close()
}

import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { EVENTS_FILE, OUTPUT_FILE } from '../read/layout.ts'
import { openBelow } from '../read/safe-read.ts'
import { followToEnd, readEvents } from './follow.ts'

export interface ReadOutputOptions {
  /** Null: all phases. */
  readonly phase: string | null
  readonly follow: boolean
  readonly signal: AbortSignal
  /** Whether nobody writes it any more: then following ends with what there is, finished or not. */
  readonly isOver?: () => boolean
}

/** The output of a trial by the ranges that its events name; with `follow` until its last run has finished. */
export async function* readOutput(
  directory: string,
  { phase, follow, signal, isOver }: ReadOutputOptions,
): AsyncGenerator<Uint8Array> {
  const path = join(directory, EVENTS_FILE)
  for await (const event of follow ? followToEnd(path, 0, signal, isOver) : readEvents(path, 0)) {
    if (event.type !== 'output.written' || (phase !== null && event.phase !== phase)) continue
    yield* readRange(directory, event.from, event.to)
  }
}

async function* readRange(directory: string, from: number, to: number): AsyncGenerator<Uint8Array> {
  if (to <= from) return
  const file = openBelow(directory, [OUTPUT_FILE])
  if (file === null) return
  // The stream closes the file, also where its reader stops early. Its range is inclusive at both ends.
  const stream = createReadStream('', { fd: file, start: from, end: to - 1 })
  for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk
}

import { closeSync, fstatSync, lstatSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { StoredEvent } from '../../contract/events.ts'
import { parseEventLine, seqOfLine } from '../../core/job/event-line.ts'
import { findSeq, readLines } from '../read/event-lines.ts'
import { openBelow } from '../read/safe-read.ts'

/** Watching is not told everything on every file system: this often the file is looked at all the same. */
const POLL_MS = 250

/** So many lines are read before others get their turn. */
const LINES_AT_ONCE = 500

/** The events of a stream's file with seq > `afterSeq`, to where it ends now. None where there is no file. */
export async function* readEvents(path: string, afterSeq: number): AsyncGenerator<StoredEvent> {
  const source = openSource(path, afterSeq)
  if (source === null) return
  try {
    yield* readOn(source)
  } finally {
    closeSync(source.file)
  }
}

/**
 * The same, and then live, whichever process writes: each event once, in order, without a gap. Waits for a file that is
 * not there yet. Ends when the signal aborts, or the file is removed, or was read to its end after `isOver` had said that
 * nobody writes it any more.
 */
export async function* followEvents(
  path: string,
  afterSeq: number,
  signal: AbortSignal,
  isOver: () => boolean = () => false,
): AsyncGenerator<StoredEvent> {
  let lastSeq = afterSeq
  let seen = false
  while (!signal.aborted) {
    // Asked before the file is looked at: what was written until then is in it.
    let over = isOver()
    const source = openSource(path, lastSeq)
    if (source === null && (seen || over)) return
    const waker = createWaker(source === null ? null : path, signal)
    try {
      if (source === null) await waker.wait()
      else
        for (; ; over = isOver()) {
          seen = true
          for await (const event of readOn(source)) {
            lastSeq = event.seq
            yield event
            if (signal.aborted) return
          }
          if (over) return
          await waker.wait()
          if (signal.aborted || !isAt(path, source)) break
        }
    } finally {
      waker.close()
      if (source !== null) closeSync(source.file)
    }
  }
}

/** The same until the event that ends the stream, unless it goes on after that: the trial was retried, the job resumed. */
export async function* followToEnd(
  path: string,
  afterSeq: number,
  signal: AbortSignal,
  isOver?: () => boolean,
): AsyncGenerator<StoredEvent> {
  for await (const event of followEvents(path, afterSeq, signal, isOver)) {
    yield event
    const isEnd = event.type === 'trial.finished' || event.type === 'job.finished'
    if (isEnd && (await isLast(path, event.seq))) return
  }
}

async function isLast(path: string, seq: number): Promise<boolean> {
  for await (const _next of readEvents(path, seq)) return false
  return true
}

/** An open stream and how far it was read. */
interface Source {
  readonly file: number
  /** Where the next line starts. */
  offset: number
  lastSeq: number
}

function openSource(path: string, afterSeq: number): Source | null {
  const file = openBelow(dirname(path), [basename(path)])
  if (file === null) return null
  return { file, offset: afterSeq === 0 ? 0 : (findSeq(file, afterSeq)?.end ?? 0), lastSeq: afterSeq }
}

/** The whole lines that are there now. Half a line is read again when it is whole: a crash may take it back. */
async function* readOn(source: Source): AsyncGenerator<StoredEvent> {
  const { size } = fstatSync(source.file)
  // Cut behind our back: what is known already is passed over.
  if (size < source.offset) source.offset = 0
  let lines = 0
  for (const { bytes, end } of readLines(source.file, source.offset, size)) {
    source.offset = end
    lines += 1
    if (lines % LINES_AT_ONCE === 0) await setImmediate()
    const seq = seqOfLine(bytes.toString('latin1', 0, 40))
    if (seq !== null && seq <= source.lastSeq) continue
    const event = parseEventLine(bytes.toString())
    source.lastSeq = seq ?? source.lastSeq
    if (event !== null) yield event
  }
}

/** Whether the path still leads to the open file. */
function isAt(path: string, { file }: Source): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  const opened = fstatSync(file)
  return stats?.ino === opened.ino && stats.dev === opened.dev
}

interface Waker {
  /** Resolves when the file may have changed, or the signal aborts. */
  wait(): Promise<void>
  close(): void
}

function createWaker(path: string | null, signal: AbortSignal): Waker {
  let changed = false
  let wake: (() => void) | null = null
  const onChange = (): void => {
    changed = true
    wake?.()
  }
  const watcher = path === null ? null : watchQuietly(path, onChange)
  signal.addEventListener('abort', onChange)
  return {
    async wait() {
      if (!changed && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, POLL_MS)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      changed = false
      wake = null
    },
    close() {
      signal.removeEventListener('abort', onChange)
      watcher?.close()
    },
  }
}

/** Null where the file cannot be watched; it is polled anyway. */
function watchQuietly(path: string, onChange: () => void): { close(): void } | null {
  try {
    const watcher = watch(path, onChange)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return null
  }
}

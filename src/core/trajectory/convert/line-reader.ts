import type { LogFolder, LogLine } from './converter.ts'

/** Fetches lines by their place, cheapest where they are asked for about in the order of their files. */
export interface LineReader {
  /** Null where nothing stands there (any more). */
  read(path: string, at: number): Promise<string | null>
  close(): Promise<void>
}

export interface LineReaderLimits {
  /** Farther ahead, a line is fetched alone. */
  readonly skipBytes: number
  /** What was passed over, in case it is asked for. */
  readonly keptChars: number
  /** Files that are open at one time. */
  readonly openFiles: number
}

/** How often a line will be asked for. What is kept for nobody makes V8 widen the space for young objects. */
export type Demand = 'none' | 'once' | 'several'
export type DemandOf = (path: string, at: number) => Demand

const LIMITS: LineReaderLimits = { skipBytes: 4 * 1024 ** 2, keptChars: 8 * 1024 ** 2, openFiles: 16 }
/** Lines in a row that were fetched alone until reading goes on from there. */
const MAX_MISSES = 3

export function createLineReader(logs: LogFolder, demandOf: DemandOf, limits: LineReaderLimits = LIMITS): LineReader {
  const cursors: Cursor[] = []
  const kept = createKept(limits.keptChars)
  let last: (LogLine & { readonly path: string }) | null = null

  const readMissed = async (cursor: Cursor, at: number): Promise<string | null> => {
    cursor.misses += 1
    if (cursor.misses < MAX_MISSES) return readAlone(logs, cursor.path, at)
    await move(cursor, at)
    await open(cursor)
    return readOn(cursor, at)
  }
  const readOn = async (cursor: Cursor, at: number): Promise<string | null> => {
    for (;;) {
      const line = await cursor.lines?.next()
      if (line === undefined || line.done === true) return null
      cursor.at = line.value.at + 1
      if (line.value.at >= at) {
        // One line may answer the calls of several steps.
        last = demandOf(cursor.path, line.value.at) === 'several' ? { ...line.value, path: cursor.path } : null
        return line.value.at === at ? line.value.text : null
      }
      if (demandOf(cursor.path, line.value.at) !== 'none') kept.put(cursor.path, line.value)
    }
  }
  const open = async (cursor: Cursor): Promise<void> => {
    if (cursor.lines !== null) return
    const others = cursors.filter(({ lines }) => lines !== null)
    for (const other of others.slice(Math.max(0, limits.openFiles - 1))) await close(other)
    cursor.lines = logs.lines(cursor.path, cursor.at)[Symbol.asyncIterator]()
    // Closed in the middle of the line that was read last.
    if (!cursor.atLine) await cursor.lines.next()
    cursor.atLine = false
  }
  return {
    read: async (path, at) => {
      if (last?.at === at && last.path === path) return last.text
      const known = kept.get(path, at)
      if (known !== null) return known
      const cursor = lastUsed(cursors, path)
      if (at < cursor.at || at - cursor.at > limits.skipBytes) return readMissed(cursor, at)
      cursor.misses = 0
      await open(cursor)
      return readOn(cursor, at)
    },
    close: async () => {
      for (const cursor of cursors) await close(cursor)
    },
  }
}

interface Cursor {
  readonly path: string
  /** Null: closed for now. */
  lines: AsyncIterator<LogLine> | null
  /** Just behind the beginning of the line that was read last. */
  at: number
  /** Whether a line begins at `at`. */
  atLine: boolean
  misses: number
}

/** The cursor of a file, put first: the last one is that which was not used for longest. */
function lastUsed(cursors: Cursor[], path: string): Cursor {
  const [first] = cursors
  if (first?.path === path) return first
  const index = cursors.findIndex((cursor) => cursor.path === path)
  const [cursor = { path, lines: null, at: 0, atLine: true, misses: 0 }] = index === -1 ? [] : cursors.splice(index, 1)
  cursors.unshift(cursor)
  return cursor
}

async function close(cursor: Cursor): Promise<void> {
  await cursor.lines?.return?.()
  cursor.lines = null
}

async function move(cursor: Cursor, at: number): Promise<void> {
  await close(cursor)
  cursor.at = at
  cursor.atLine = true
  cursor.misses = 0
}

async function readAlone(logs: LogFolder, path: string, at: number): Promise<string | null> {
  for await (const line of logs.lines(path, at)) return line.at === at ? line.text : null
  return null
}

interface Kept {
  put(path: string, line: LogLine): void
  get(path: string, at: number): string | null
}

function createKept(maxChars: number): Kept {
  const lines = new Map<string, string>()
  let chars = 0
  return {
    put: (path, { at, text }) => {
      const key = `${at} ${path}`
      if (lines.has(key)) return
      lines.set(key, text)
      chars += text.length
      for (const [oldest, { length }] of lines) {
        if (chars <= maxChars) return
        lines.delete(oldest)
        chars -= length
      }
    },
    get: (path, at) => lines.get(`${at} ${path}`) ?? null,
  }
}

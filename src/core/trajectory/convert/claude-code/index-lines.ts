import { textOf, type Fields } from '../../../agent/logs/fields.ts'
import type { LogFolder } from '../converter.ts'
import { createAboutReader, type About } from './about.ts'
import { readBlocks } from './blocks.ts'
import { createColumn, createHashTable, hashOf, type Column, type Hash } from '../columns.ts'
import { callsOf, messageOf, readLine, resultsOf, toolNameOf, userText, type LogSource } from './line.ts'

export interface LogFiles {
  readonly source: LogSource
  readonly paths: readonly string[]
}

/** The lines that make steps, by number: where each stands, when it was written, and which calls it is about. */
export interface LineIndex {
  readonly about: About
  /** Lines that could not be read. */
  readonly skipped: number
  readonly lines: LineColumns
  /** Needed for the plan only. */
  readonly keys: KeyColumns
  readonly refs: RefColumns
}

export interface LineColumns {
  readonly file: Column
  readonly at: Column
  readonly kind: Column
  /** The first of its refs; they end where those of the next line begin. */
  readonly firstRef: Column
}

export interface KeyColumns {
  /** Milliseconds; -Infinity: not said. */
  readonly time: Column
  /** Of the message's id; both 0: it has none. */
  readonly high: Column
  readonly low: Column
}

/** Calls and answers, in the order of their lines and blocks. */
export interface RefColumns {
  readonly kind: Column
  readonly high: Column
  readonly low: Column
}

export const LINE = { assistant: 1, userText: 2, results: 3 } as const
/** `orphan`: an answer that can stand alone, having a name; `nothing`: one without an id, which belongs nowhere. */
export const REF = { call: 1, result: 2, orphan: 3, nothing: 4 } as const

/** Reads all files once. What is kept of a line is some forty bytes. */
export async function indexLines(logs: LogFolder, { source, paths }: LogFiles): Promise<LineIndex> {
  const index = createColumns()
  const about = createAboutReader()
  const seen = createHashTable()
  let skipped = 0
  for (const [file, path] of paths.entries()) {
    for await (const { text, at } of logs.lines(path)) {
      const line = readLine(text, source)
      if (line === null) {
        if (text.trim() !== '') skipped += 1
        continue
      }
      if (isCopy(line, seen)) continue
      const time = source === 'stream' ? 0 : timeOf(line)
      about.see(line, time)
      addLine(index, line, { file, at, time })
    }
  }
  return { ...index, about: about.about(), skipped }
}

function isCopy(line: Fields, seen: ReturnType<typeof createHashTable>): boolean {
  const uuid = textOf(line, 'uuid')
  if (uuid === null || uuid === '') return false
  const hash = hashOf(uuid)
  if (seen.get(hash) !== null) return true
  seen.set(hash, 0)
  return false
}

function timeOf(line: Fields): number {
  const time = Date.parse(textOf(line, 'timestamp') ?? '')
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time
}

interface Place {
  readonly file: number
  readonly at: number
  readonly time: number
}

type Columns = Pick<LineIndex, 'lines' | 'keys' | 'refs'>

function addLine({ lines, keys, refs }: Columns, line: Fields, place: Place): void {
  const message = messageOf(line)
  if (message === null) return
  const isAssistant = line['type'] === 'assistant'
  const own = isAssistant ? callRefs(message) : resultRefs(message)
  const kind = isAssistant ? LINE.assistant : userText(message) === '' ? LINE.results : LINE.userText
  if (kind === LINE.results && own.length === 0) return
  const id = isAssistant ? (textOf(message, 'id') ?? '') : ''
  const hash = id === '' ? NO_HASH : hashOf(id)
  lines.file.push(place.file)
  lines.at.push(place.at)
  keys.time.push(place.time)
  lines.kind.push(kind)
  lines.firstRef.push(refs.kind.length)
  keys.high.push(hash.high)
  keys.low.push(hash.low)
  for (const ref of own) {
    refs.kind.push(ref.kind)
    refs.high.push(ref.hash.high)
    refs.low.push(ref.hash.low)
  }
}

interface Ref {
  readonly kind: number
  readonly hash: Hash
}

const NO_HASH: Hash = { high: 0, low: 0 }

function callRefs(message: Fields): readonly Ref[] {
  return callsOf(readBlocks(message['content']).calls).map(({ id }) => ({ kind: REF.call, hash: hashOf(id) }))
}

function resultRefs(message: Fields): readonly Ref[] {
  return resultsOf(message).map((result) => {
    const id = textOf(result, 'tool_use_id') ?? ''
    if (id === '') return { kind: REF.nothing, hash: NO_HASH }
    return { kind: toolNameOf(result) === '' ? REF.result : REF.orphan, hash: hashOf(id) }
  })
}

function createColumns(): Columns {
  const count = (): Column => createColumn('count')
  return {
    lines: { file: count(), at: createColumn('number'), kind: createColumn('byte'), firstRef: count() },
    keys: { time: createColumn('number'), high: count(), low: count() },
    refs: { kind: createColumn('byte'), high: count(), low: count() },
  }
}

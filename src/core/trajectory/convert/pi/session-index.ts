import type { Usage } from '../../../../contract/trial.ts'
import { parseLine, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { createPiUsage } from '../../../agent/logs/pi/usage.ts'
import { createColumn, createHashTable, hashOf } from '../columns.ts'
import type { LogFolder } from '../converter.ts'

/** What is known of a session file once it was read through: some twenty bytes a line. */
export interface SessionIndex {
  readonly sessionId: string | null
  /** `provider/name`, the last that the conversation changed to; null: it never said. */
  readonly model: string | null
  /** Of all requests, also of those that the conversation went back behind. */
  readonly usage: Usage
  readonly skipped: number
  /** Whether the line belongs to the conversation as it ended; counted from 0 over all lines. */
  isActive(line: number): boolean
}

export async function indexSession(logs: LogFolder, path: string): Promise<SessionIndex> {
  const tree = createTree()
  const usage = createPiUsage()
  /** Where the conversation changes to a model: the numbers of the lines, and the bytes they begin at. */
  const changes = { line: createColumn('count'), at: createColumn('number') }
  let sessionId: string | null = null
  let skipped = 0
  let number = -1
  for await (const { text, at } of logs.lines(path)) {
    number += 1
    const entry = parseLine(text)
    if (entry === null) {
      skipped += text.trim() === '' ? 0 : 1
      continue
    }
    if (entry['type'] === 'session') sessionId = textOf(entry, 'id') || sessionId
    else tree.add(number, textOf(entry, 'id'), textOf(entry, 'parentId'))
    if (modelOf(entry) !== null) {
      changes.line.push(number)
      changes.at.push(at)
    }
    const used = usedBy(entry)
    if (used !== null) usage.add(used)
  }
  const isActive = tree.active()
  let last = changes.line.length - 1
  while (last >= 0 && !isActive(changes.line.at(last))) last -= 1
  const model = last < 0 ? null : await readModel(logs, path, changes.at.at(last))
  return { sessionId, model, usage: usage.total(), skipped, isActive }
}

/** The model that an entry changes to. */
export function modelOf(entry: Fields): string | null {
  if (entry['type'] !== 'model_change') return null
  const provider = textOf(entry, 'provider')
  const model = textOf(entry, 'modelId')
  return provider === null || model === null ? null : `${provider}/${model}`
}

async function readModel(logs: LogFolder, path: string, at: number): Promise<string | null> {
  for await (const { text } of logs.lines(path, at)) return modelOf(parseLine(text) ?? {})
  return null
}

function usedBy(entry: Fields): Fields | null {
  if (entry['type'] === 'compaction' || entry['type'] === 'branch_summary') return recordOf(entry, 'usage')
  const message = entry['type'] === 'message' ? recordOf(entry, 'message') : null
  const counts = message !== null && (message['role'] === 'assistant' || message['role'] === 'toolResult')
  return counts ? recordOf(message, 'usage') : null
}

interface Tree {
  add(line: number, id: string | null, parentId: string | null): void
  active(): (line: number) => boolean
}

/** Entries name what they follow; the last one is where the conversation ended. */
function createTree(): Tree {
  const lineOf = createHashTable()
  /** By line: one more than the line that it follows, which was there before it; 0: none. */
  const parents = createColumn('count')
  let leaf: number | null = null
  return {
    add: (line, id, parentId) => {
      if (id === null || id === '') return
      while (parents.length < line) parents.push(0)
      const parent = parentId === null ? null : lineOf.get(hashOf(parentId))
      parents.push(parent === null ? 0 : parent + 1)
      lineOf.set(hashOf(id), line)
      leaf = line
    },
    active: () => {
      // The first version had no ids: one line followed the other.
      if (leaf === null) return () => true
      const active = createColumn('byte', leaf + 1)
      for (let next = leaf + 1; next !== 0; next = parents.at(next - 1)) active.set(next - 1, 1)
      return (line) => active.at(line) === 1
    },
  }
}

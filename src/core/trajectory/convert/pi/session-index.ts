import type { Usage } from '../../../../contract/trial.ts'
import { parseLine, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { createPiUsage } from '../../../agent/logs/pi/usage.ts'
import type { LogFolder } from '../converter.ts'

/** What is known of a session file once it was read through; some sixty bytes a line are kept meanwhile. */
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
  const models: { readonly line: number; readonly name: string }[] = []
  let sessionId: string | null = null
  let skipped = 0
  let number = -1
  for await (const { text } of logs.lines(path)) {
    number += 1
    const entry = parseLine(text)
    if (entry === null) {
      skipped += text.trim() === '' ? 0 : 1
      continue
    }
    if (entry['type'] === 'session') sessionId = textOf(entry, 'id') || sessionId
    else tree.add(number, textOf(entry, 'id'), textOf(entry, 'parentId'))
    const name = modelOf(entry)
    if (name !== null) models.push({ line: number, name })
    const used = usedBy(entry)
    if (used !== null) usage.add(used)
  }
  const isActive = tree.active()
  const model = models.findLast(({ line }) => isActive(line))?.name ?? null
  return { sessionId, model, usage: usage.total(), skipped, isActive }
}

/** The model that an entry changes to. */
export function modelOf(entry: Fields): string | null {
  if (entry['type'] !== 'model_change') return null
  const provider = textOf(entry, 'provider')
  const model = textOf(entry, 'modelId')
  return provider === null || model === null ? null : `${provider}/${model}`
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
  const lineOf = new Map<string, number>()
  /** By line. The line that an entry follows was there before it. */
  const parents: (number | undefined)[] = []
  let leaf: number | null = null
  return {
    add: (line, id, parentId) => {
      if (id === null || id === '') return
      parents[line] = parentId === null ? undefined : lineOf.get(parentId)
      lineOf.set(id, line)
      leaf = line
    },
    active: () => {
      // The first version had no ids: one line followed the other.
      if (leaf === null) return () => true
      const active = new Set<number>()
      for (let line: number | undefined = leaf; line !== undefined && !active.has(line); line = parents[line])
        active.add(line)
      return (line) => active.has(line)
    },
  }
}

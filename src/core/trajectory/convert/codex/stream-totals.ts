import type { Usage } from '../../../../contract/trial.ts'
import { parseLine, recordOf, textOf } from '../../../agent/logs/fields.ts'
import { toUsage } from '../../../agent/logs/codex/usage.ts'
import type { LogFolder } from '../converter.ts'

/** What Codex printed, Harbor's name for it. */
export const STREAM = 'agent/codex.txt'

/** Threads that one log may tell of, at most. */
const MAX_THREADS = 1000

/** Totals of each thread as the stream has them at its end. */
export async function readStreamTotals(logs: LogFolder): Promise<ReadonlyMap<string, Usage>> {
  const totals = new Map<string, Usage>()
  let thread = ''
  for await (const { text } of logs.lines(STREAM)) {
    if (!text.startsWith('{"type":"t')) continue
    const event = parseLine(text) ?? {}
    if (event['type'] === 'thread.started') thread = textOf(event, 'thread_id') ?? ''
    const usage = event['type'] === 'turn.completed' ? toUsage(recordOf(event, 'usage') ?? {}) : null
    if (usage !== null && (totals.has(thread) || totals.size < MAX_THREADS)) totals.set(thread, usage)
  }
  return totals
}

/** Where the stream and the rollout of a thread disagree, in words. */
export function compareTotals(told: Usage | null, counted: Usage, path: string): readonly string[] {
  if (told === null) return []
  return FIELDS.flatMap(([key, name]) => {
    const [one, other] = [told[key], counted[key]]
    if (one === null || other === null || one === other) return []
    return [`${name}: ${one} by ${STREAM}, ${other} by ${path}`]
  })
}

const FIELDS = [
  ['inputTokens', 'input tokens'],
  ['cachedTokens', 'cached input tokens'],
  ['outputTokens', 'output tokens'],
] as const

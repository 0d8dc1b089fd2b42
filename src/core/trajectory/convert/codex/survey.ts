import { parseLine, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import type { LogFolder } from '../converter.ts'

/** What must be known of a rollout before its first step. */
export interface Survey {
  /** Whether there is anything to make steps of. */
  readonly hasItems: boolean
  /** Of the first `turn_context` that names one. */
  readonly model: string | null
  /** Calls that nothing came back for: nobody needs to wait for that. */
  readonly unanswered: ReadonlySet<string>
}

/** Reads a rollout once from end to end and keeps next to nothing of it. */
export async function surveyRollout(logs: LogFolder, path: string): Promise<Survey> {
  let model: string | null = null
  let hasItems = false
  const unanswered = new Set<string>()
  for await (const { text } of logs.lines(path)) {
    if (!mayMatter(text, model === null, hasItems)) continue
    const line = parseLine(text)
    const payload = line === null ? null : recordOf(line, 'payload')
    if (line === null || payload === null) continue
    if (line['type'] === 'turn_context') model ??= textOf(payload, 'model')
    else if (line['type'] === 'response_item') {
      hasItems = true
      note(payload, unanswered)
    }
  }
  return { hasItems, model, unanswered }
}

/** A look is cheaper than reading JSON. */
function mayMatter(text: string, wantModel: boolean, hasItems: boolean): boolean {
  if (text.includes('"call_id"') || !hasItems) return true
  return wantModel && text.includes('"turn_context"')
}

/** Far more than an agent has open at once. */
const MAX_UNANSWERED = 10_000

function note(payload: Fields, unanswered: Set<string>): void {
  const id = textOf(payload, 'call_id')
  if (id === null) return
  const type = textOf(payload, 'type') ?? ''
  if (type.endsWith('_output')) unanswered.delete(id)
  else if (type.endsWith('_call') && unanswered.size < MAX_UNANSWERED) unanswered.add(id)
}

import { StoredEvent, type EventBody } from '../../contract/events.ts'

/** An event as it is stored. The header comes first and in this order: see `toEventLine`. */
export function stampEvent(seq: number, at: string, body: EventBody): StoredEvent {
  return { v: 1, seq, at, ...body }
}

/**
 * A stamped event as one line of its stream's file, without the newline. Starting with the header, it lets `seqOfLine`
 * find its number without parsing the whole.
 */
export function toEventLine(event: StoredEvent): string {
  return JSON.stringify(event)
}

/** The event of a line; null where it is none, or one of a newer version. */
export function parseEventLine(line: string): StoredEvent | null {
  const parsed = StoredEvent.safeParse(parseJson(line))
  return parsed.success ? parsed.data : null
}

/** The number of a line that `toEventLine` wrote, read from its start alone; null for anything else. */
export function seqOfLine(start: string): number | null {
  const found = /^\{"v":1,"seq":([1-9]\d{0,14}),/.exec(start)
  return found === null ? null : Number(found[1])
}

/** What the index keeps of a line beside its text; null where the line is not a whole event. */
export function headerOfLine(
  line: string,
): { readonly seq: number; readonly at: string; readonly type: string } | null {
  const value = parseJson(line)
  if (typeof value !== 'object' || value === null || !('seq' in value && 'at' in value && 'type' in value)) return null
  const { seq, at, type } = value
  if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 1) return null
  return typeof at === 'string' && typeof type === 'string' ? { seq, at, type } : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

import type { StoredEvent } from '../../../contract/events.ts'

const HEADER: ReadonlySet<string> = new Set(['v', 'seq', 'at', 'type'])
const MAX = 300

/** What an event says beside its type, in one line: `name=value` of what it carries. */
export function toEventSummary(event: StoredEvent): string {
  const parts = Object.entries(event)
    .filter(([key, value]) => !HEADER.has(key) && value !== null)
    .map(
      ([key, value]) =>
        `${key}=${typeof value === 'string' ? value.slice(0, MAX) : JSON.stringify(value).slice(0, MAX)}`,
    )
  const line = parts.join(' ').replaceAll(/\s+/g, ' ')
  return line.length > MAX ? `${line.slice(0, MAX)} …` : line
}

import type { TrialEventBody } from '../../contract/events.ts'

/**
 * A tool call as it can be written, sent and shown: a model may nest what it hands to a tool deeper than any code that
 * walks it gets, and that must not end the trial.
 */
export function shallowCall(event: TrialEventBody): TrialEventBody {
  if (event.type !== 'tool.called' || isWithin(event.arguments, MAX_DEPTH)) return event
  return { ...event, arguments: { omitted: 'nested too deep' } }
}

const MAX_DEPTH = 200

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every((inner) => isWithin(inner, depth - 1))
}

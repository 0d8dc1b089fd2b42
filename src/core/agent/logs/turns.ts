import type { TrialEventBody } from '../../../contract/events.ts'

type Events = readonly TrialEventBody[]

export interface Turns {
  /** A piece of what the model says; told whole before its calls, or when the turn is over. */
  said(piece: string): Events
  thought(text: string): Events
  called(call: {
    readonly callId: string
    readonly name: string
    readonly arguments: Readonly<Record<string, unknown>>
  }): Events
  /** The model waits for nothing more of this turn once a call of it came back. */
  returned(): Events
  /** The answer of the model is whole: what it says next is another turn. */
  close(): Events
  /** What was said so far and not told yet. */
  tell(): Events
  /** The turn that is open is over. */
  finish(): Events
  readonly count: number
}

/**
 * Turns of a stream whose lines do not name their model call: a turn begins with what the model thinks, says or calls
 * first after an answer of a tool, or after an answer of its own that was whole.
 */
export function createTurns(maxTurns: number | null): Turns {
  let count = 0
  let open = false
  let over = false
  let pieces: string[] = []
  let thoughts: string[] = []

  function begin(): Events {
    if (open && !over) return []
    const events = finish()
    count += 1
    open = true
    over = false
    return [...events, { type: 'turn.started', turn: count, maxTurns }]
  }

  function tell(): Events {
    const text = pieces.join('')
    const reasoning = thoughts.length === 0 ? null : thoughts.join('\n\n')
    pieces = []
    thoughts = []
    if (text === '' && reasoning === null) return []
    return [{ type: 'message.received', turn: count, source: 'agent', text, reasoning }]
  }

  function finish(): Events {
    if (!open) return []
    const events = tell()
    open = false
    return [...events, { type: 'turn.finished', turn: count }]
  }

  function close(): Events {
    over = true
    return tell()
  }

  return {
    said(piece) {
      if (piece === '') return []
      const events = begin()
      pieces.push(piece)
      return events
    },
    thought(text) {
      if (text === '') return []
      const events = begin()
      thoughts.push(text)
      return events
    },
    called(call) {
      const events = [...begin(), ...tell()]
      return [...events, { type: 'tool.called', turn: count, ...call }]
    },
    returned: close,
    close,
    tell,
    finish,
    get count() {
      return count
    },
  }
}

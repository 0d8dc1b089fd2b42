import type { TrialEventBody } from '../../../../contract/events.ts'

export interface Turns {
  said(text: string): readonly TrialEventBody[]
  thought(text: string): readonly TrialEventBody[]
  called(call: TurnCall): readonly TrialEventBody[]
  /** Some call of the turn came back. */
  returned(): void
  finish(): readonly TrialEventBody[]
  readonly count: number
}

export interface TurnCall {
  readonly callId: string
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** False: the provider itself does it while the model goes on. */
  readonly awaited: boolean
}

/**
 * Turns of a stream that does not tell its model calls apart. A model thinks, speaks and then calls tools, several at
 * once where it likes: so a turn lasts until a tool came back, or until it speaks or thinks after it called one. Tools
 * that one answer asked for and that are run one after the other count as a turn each; the rollout knows better.
 */
export function createTurns(maxTurns: number | null): Turns {
  let count = 0
  let open = false
  let called = false
  let returned = false
  let thoughts: string[] = []

  function begin(over: boolean): readonly TrialEventBody[] {
    if (open && !over) return []
    const events = finish()
    count += 1
    open = true
    called = false
    returned = false
    return [...events, { type: 'turn.started', turn: count, maxTurns }]
  }

  function finish(): readonly TrialEventBody[] {
    if (!open) return []
    const events = speakThoughts()
    open = false
    return [...events, { type: 'turn.finished', turn: count }]
  }

  /** Thoughts go with the message that follows them; without one they stand alone. */
  function speakThoughts(): readonly TrialEventBody[] {
    return thoughts.length === 0 ? [] : [message('')]
  }

  function message(text: string): TrialEventBody {
    const reasoning = thoughts.length === 0 ? null : thoughts.join('\n\n')
    thoughts = []
    return { type: 'message.received', turn: count, source: 'agent', text, reasoning }
  }

  return {
    said: (text) => [...begin(called), message(text)],
    thought(text) {
      const events = begin(called)
      thoughts.push(text)
      return events
    },
    called({ awaited, ...call }) {
      const events = [...begin(returned), ...speakThoughts()]
      called ||= awaited
      return [...events, { type: 'tool.called', turn: count, ...call }]
    },
    returned: () => {
      returned = called
    },
    finish,
    get count() {
      return count
    },
  }
}

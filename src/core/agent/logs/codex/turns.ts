import type { TrialEventBody } from '../../../../contract/events.ts'

export type Emit = (event: TrialEventBody) => void

export interface Turns {
  said(text: string): void
  thought(text: string): void
  called(call: TurnCall): void
  /** Some call of the turn came back. */
  returned(): void
  finish(): void
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
export function createTurns(maxTurns: number | null, emit: Emit): Turns {
  let count = 0
  let open = false
  let called = false
  let returned = false
  let thoughts: string[] = []

  function begin(over: boolean): void {
    if (open && !over) return
    finish()
    count += 1
    open = true
    called = false
    returned = false
    emit({ type: 'turn.started', turn: count, maxTurns })
  }

  function finish(): void {
    if (!open) return
    speakThoughts()
    open = false
    emit({ type: 'turn.finished', turn: count })
  }

  /** Thoughts go with the message that follows them; without one they stand alone. */
  function speakThoughts(): void {
    if (thoughts.length > 0) speak('')
  }

  function speak(text: string): void {
    const reasoning = thoughts.length === 0 ? null : thoughts.join('\n\n')
    thoughts = []
    emit({ type: 'message.received', turn: count, source: 'agent', text, reasoning })
  }

  return {
    said(text) {
      begin(called)
      speak(text)
    },
    thought(text) {
      begin(called)
      thoughts.push(text)
    },
    called({ callId, name, arguments: args, awaited }) {
      begin(returned)
      speakThoughts()
      called ||= awaited
      emit({ type: 'tool.called', turn: count, callId, name, arguments: args })
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

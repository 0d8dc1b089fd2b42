import type { TrialEventBody } from '../../../contract/events.ts'

/** What an agent complained of since it last got on. */
export interface Trouble {
  /** What a line told, and how many answers of the model have begun where the parser counts them. */
  line(events: readonly TrialEventBody[], answers: number | undefined): void
  /** In order; empty: it got on. */
  readonly complaints: readonly string[]
}

const MAX_COMPLAINTS = 20

/**
 * Agents try again and again where the service of their model fails, until their time is up. That is not the agent's doing,
 * so it is noted while it lasts: every word or deed of the agent ends it, and so does an answer that has only begun.
 */
export function createTrouble(): Trouble {
  let complaints: string[] = []
  let begun = 0
  return {
    line(events, answers = 0) {
      if (answers !== begun) complaints = []
      begun = answers
      for (const event of events) {
        if (event.type === 'warning.raised') complaints = [...complaints, event.message].slice(-MAX_COMPLAINTS)
        else if (PROGRESS.has(event.type)) complaints = []
      }
    },
    get complaints() {
      return complaints
    },
  }
}

const PROGRESS: ReadonlySet<TrialEventBody['type']> = new Set(['message.received', 'tool.called', 'tool.returned'])

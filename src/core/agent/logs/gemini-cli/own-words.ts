import { mayBePieceOfEvent } from '../stray.ts'

export interface OwnWords {
  /** Whether a line that is no event is the CLI's own word, and not a tool's. */
  isOwn(text: string): boolean
  /** An event came: what was begun before it is over. */
  event(): void
}

/** What a tool failed of is printed between the events with the tool's own text, over as many lines as that has. */
export function createOwnWords(): OwnWords {
  let ofTool = false
  return {
    isOwn(text) {
      if (text.startsWith('Error executing tool ')) ofTool = true
      return !ofTool && !STACK_FRAME.test(text) && !mayBePieceOfEvent(text)
    },
    event() {
      ofTool = false
    },
  }
}

const STACK_FRAME = /^\s+at /

/** That a request is tried again, without what the service answered; null: the line says something else. */
export function retryOf(line: string): string | null {
  return /^Attempt \d+ failed[^.]{0,200}\. Retrying[^.]{0,100}/.exec(line)?.[0] ?? null
}

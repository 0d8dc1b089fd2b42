import type { Reply, Scenario } from './types.ts'

/**
 * The replies one after the other. A request beyond them is a mistake of the client or of the test: the server calls it a
 * violation, and answers with an error.
 */
export function script(replies: readonly Reply[]): Scenario {
  return ({ index }) => {
    const reply = replies[index]
    if (reply === undefined) throw new Error(`request ${index + 1}, but the script ends after ${replies.length}`)
    return reply
  }
}

/** The same reply to every request, however often a client tries again. */
export function always(reply: Reply): Scenario {
  return () => reply
}

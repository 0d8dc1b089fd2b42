import { textOf, type Fields } from '../fields.ts'
import type { LogFailure } from '../log-parser.ts'

/** An answer of the model, and where in the run it stands. */
export interface Ending {
  readonly message: Fields
  /** Neither text nor thoughts nor calls. */
  readonly isEmpty: boolean
  /** Before this answer, or with it where its turn has begun. */
  readonly turns: number
  readonly maxTurns: number | null
}

/** What pi says where a request was given up on purpose. */
const ABORTED = 'This operation was aborted'

/** Why the run would have failed if it ended here; null: it would not. */
export function failureOf(ending: Ending): LogFailure | null {
  const reason = textOf(ending.message, 'stopReason')
  if (reason !== 'error' && reason !== 'aborted') return null
  const message = textOf(ending.message, 'errorMessage') ?? `the model's answer ended as ${reason}`
  if (isEmptyStop(ending)) {
    const atLimit = ending.maxTurns !== null && ending.turns >= ending.maxTurns
    return { kind: atLimit ? 'max_turns' : 'aborted', message, status: null }
  }
  return { kind: reason, message, status: statusIn(message) }
}

/** Whether it is no answer at all: the request was given up before. Harbor leaves these out as well. */
export function isEmptyStop({ message, isEmpty }: Ending): boolean {
  if (!isEmpty) return false
  const reason = textOf(message, 'stopReason')
  return reason === 'aborted' || (reason === 'error' && textOf(message, 'errorMessage') === ABORTED)
}

/** `429 {"type":"error",…}`: the clients of the vendors begin their messages with it. */
function statusIn(message: string): number | null {
  const found = /^\D{0,40}?\b([45]\d\d)\b/.exec(message)?.[1]
  return found === undefined ? null : Number(found)
}

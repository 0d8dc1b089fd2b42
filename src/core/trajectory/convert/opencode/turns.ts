import type { Fields } from '../../../agent/logs/fields.ts'
import { createPartsSeen } from '../../../agent/logs/opencode/parts.ts'

/** One answer of the model with what came of its calls. */
export interface Turn {
  /** Milliseconds since the epoch; null: not said. */
  readonly timestamp: number | null
  readonly parts: readonly Fields[]
  /** Of type step-finish; null: it never came. */
  readonly finish: Fields | null
}

export interface Turns {
  /** The turn that this part ends; null: it ends none. */
  part(part: Fields, timestamp: number | null): Turn | null
  /** A turn that was cut off; null: there is none. */
  rest(): Turn | null
}

/** A turn is what stands between step-start and step-finish; one that begins anew replaces what it had begun. */
export function createTurns(): Turns {
  let open: { readonly timestamp: number | null; readonly parts: Fields[] } | null = null
  const seen = createPartsSeen()
  return {
    part: (part, timestamp) => {
      if (!seen.isNew(part)) return null
      switch (part['type']) {
        case 'step-start':
          open = { timestamp, parts: [] }
          return null
        case 'step-finish': {
          const turn = open === null ? null : { ...open, finish: part }
          open = null
          return turn
        }
        case 'text':
        case 'reasoning':
        case 'tool':
          open?.parts.push(part)
          return null
        default:
          return null
      }
    },
    rest: () => {
      const turn = open === null || open.parts.length === 0 ? null : { ...open, finish: null }
      open = null
      return turn
    },
  }
}

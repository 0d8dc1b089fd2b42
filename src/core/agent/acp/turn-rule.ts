import { createHashTable, hashOf } from '../../trajectory/convert/columns.ts'
import { textOf, type Fields } from '../logs/fields.ts'

/** What an update means for the turn that is open. */
export type TurnEdge =
  /** It begins a turn; an open one is over before it. */
  | 'begins'
  /** It belongs to the open turn, or begins the first. */
  | 'within'
  /** The open turn is over after it. */
  | 'ends'
  /** It is no part of a turn. */
  | 'beside'

export interface TurnRule {
  see(update: Fields): TurnEdge
}

/**
 * The protocol has no turns of its own, one prompt is one of its turns. What the model said and did between two calls to
 * it is inferred as Harbor infers it: once a tool is done, what comes next is a new one; an account of usage ends one, but here
 * not while one of its calls is open.
 */
export function createTurnRule(): TurnRule {
  let calls = new Set<string>()
  /** Calls of all turns that came to their end; more may be told of them later. */
  const ended = createHashTable()
  const hasEnded = (id: string): boolean => ended.get(hashOf(id)) !== null
  let toolDone = false
  let hasContent = false
  const renew = (): void => {
    calls = new Set()
    toolDone = false
    hasContent = false
  }
  const open = (isNew: boolean): TurnEdge => {
    if (isNew) renew()
    hasContent = true
    return isNew ? 'begins' : 'within'
  }
  return {
    see(update) {
      switch (textOf(update, 'sessionUpdate')) {
        case 'agent_message_chunk':
        case 'agent_thought_chunk':
          return open(toolDone)
        case 'tool_call':
        case 'tool_call_update': {
          const id = textOf(update, 'toolCallId') ?? ''
          if (id === '' || (hasEnded(id) && !calls.has(id))) return 'beside'
          const edge = open(toolDone && !calls.has(id))
          calls.add(id)
          if (isDone(update)) {
            toolDone = true
            ended.set(hashOf(id), 0)
          }
          return edge
        }
        case 'usage_update': {
          if (!hasContent) return 'beside'
          // The account of the model's answer comes before the results of what it called: they belong together.
          if ([...calls].some((id) => !hasEnded(id))) return 'within'
          renew()
          return 'ends'
        }
        default:
          return 'beside'
      }
    },
  }
}

/** Whether a call came to its end with this update. */
export function isDone(update: Fields): boolean {
  const status = textOf(update, 'status')
  return status === 'completed' || status === 'failed'
}

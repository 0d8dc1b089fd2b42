import type { Fields } from '../../../agent/logs/fields.ts'
import { isWhole, type CallDraft, type Draft, type MessageDraft } from './drafts.ts'
import { createStepQueue } from './step-queue.ts'

/** Drafts of a rollout in their order: one for each answer of the model, one for each message of somebody else. */
export interface Answers {
  /** The answer that is being given, begun where there is none. `size`: characters that come to it. */
  current(size: number): CallDraft
  /** A thought of the answer that comes. */
  think(text: string, size: number): void
  /** Somebody else speaks. */
  interrupt(message: MessageDraft, size: number): void
  /** More came to an answer of before. */
  grow(size: number): void
  /** What the answer that is being given took, as far as it is known. */
  measure(usage: Fields): void
  /** The answer is over, if there was one. */
  close(usage: Fields | null): void
  /** Null: the model is between two turns. */
  turn(id: string | null): void
  readonly turnId: string | null
  /** Drafts that are done, in order. */
  take(): readonly Draft[]
  takeAll(): readonly Draft[]
}

/** Thoughts that nothing comes after, at most: beyond them they are a step of their own. */
const MAX_THOUGHTS = 200

export function createAnswers(): Answers {
  const queue = createStepQueue<Draft>(isWhole)
  let draft: CallDraft | null = null
  /** Of the answer that is being given too, but somebody spoke since. */
  let interrupted: CallDraft | null = null
  let count = 1
  let turnId: string | null = null
  let thoughts: string[] = []

  function current(size: number): CallDraft {
    if (draft === null) {
      if (interrupted !== null) interrupted.closed = true
      interrupted = null
      draft = newDraft(`api_call_${count}`, turnId)
      queue.add(draft, size)
    } else queue.grow(size)
    draft.thoughts.push(...thoughts)
    thoughts = []
    return draft
  }

  function keepThoughts(): void {
    if (thoughts.length > 0) current(0)
  }

  return {
    current,
    think(text, size) {
      thoughts.push(text)
      if (thoughts.length >= MAX_THOUGHTS) current(size)
    },
    interrupt(message, size) {
      keepThoughts()
      // What the model says after it is a step of its own, though it may be of the same answer.
      interrupted = draft ?? interrupted
      draft = null
      queue.add(message, size)
    },
    grow: (size) => queue.grow(size),
    measure(usage) {
      if (draft !== null) draft.usage = usage
    },
    close(usage) {
      const over = draft ?? interrupted
      if (over === null) return
      over.usage = usage ?? over.usage
      over.closed = true
      draft = null
      interrupted = null
      count += 1
    },
    turn(id) {
      turnId = id
    },
    get turnId() {
      return turnId
    },
    take() {
      const taken = queue.take()
      // What grew too large is given away before its end, and goes on as another step.
      if (draft !== null && taken.includes(draft)) draft = null
      if (interrupted !== null && taken.includes(interrupted)) interrupted = null
      return taken
    },
    takeAll() {
      keepThoughts()
      return queue.takeAll()
    },
  }
}

function newDraft(id: string, turnId: string | null): CallDraft {
  return {
    kind: 'call',
    id,
    turnId,
    timestamp: null,
    texts: [],
    thoughts: [],
    calls: [],
    usage: null,
    closed: false,
    waiting: new Set(),
  }
}

import { AppError } from '../../contract/errors.ts'
import type { AnswerMessage, AskMessage } from './messages.ts'

/** Questions to the other side of a channel, matched with their answers. */
export interface Questions<Question> {
  /** Rejects with AppError: the other side's reason, or `disconnected`. */
  ask(this: void, question: Question): Promise<unknown>
  onAnswer(this: void, message: AnswerMessage): void
  /** Rejects all that wait. */
  end(reason: string): void
}

export function createQuestions<Question>(send: (message: AskMessage<Question>) => void): Questions<Question> {
  const waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: AppError) => void }>()
  let lastId = 0
  let ended: string | null = null
  return {
    async ask(question) {
      if (ended !== null) throw new AppError('disconnected', ended)
      const id = (lastId += 1)
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        send({ type: 'ask', id, question })
      })
    },
    onAnswer({ id, answer, error }) {
      const asked = waiting.get(id)
      waiting.delete(id)
      if (error === null) asked?.resolve(answer)
      else asked?.reject(new AppError('internal', error))
    },
    end(reason) {
      ended = reason
      for (const { reject } of waiting.values()) reject(new AppError('disconnected', reason))
      waiting.clear()
    },
  }
}

/** Sends the answer of this side to a question, whatever comes of it. */
export function reply(id: number, answering: () => Promise<unknown>, send: (message: AnswerMessage) => void): void {
  answering().then(
    (answer) => send({ type: 'answer', id, answer, error: null }),
    (thrown: unknown) => {
      const error = thrown instanceof Error ? thrown.message : String(thrown)
      send({ type: 'answer', id, answer: null, error })
    },
  )
}

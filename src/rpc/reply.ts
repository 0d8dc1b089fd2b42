import { AppError } from '../contract/errors.ts'
import type { Link } from './link.ts'
import { type ErrorObject, failure, type Id, result, toErrorObject } from './messages.ts'

/** How answers get back to who asked. */
export interface Reply {
  result(id: Id, value: unknown): void
  failure(id: Id | null, error: ErrorObject): void
  /** Throws where the link cannot carry it. */
  notify(message: object): void
  /** A thrown value as it may cross. What is no AppError is told to this side instead. */
  toError(thrown: unknown): ErrorObject
  /** Resolves when the link can take more. */
  drained(): Promise<void>
}

export function createReply(link: Link, onFault: ((thrown: unknown) => void) | undefined): Reply {
  const toError = (thrown: unknown): ErrorObject => {
    if (!(thrown instanceof AppError) || thrown.code === 'internal') onFault?.(thrown)
    return toErrorObject(thrown)
  }
  return {
    result(id, value) {
      try {
        link.send(result(id, value))
      } catch (error) {
        // A value that the link cannot carry is a mistake of who made it.
        link.send(failure(id, toError(error)))
      }
    },
    failure: (id, error) => link.send(failure(id, error)),
    notify: (message) => link.send(message),
    toError,
    drained: async () => link.drained?.(),
  }
}

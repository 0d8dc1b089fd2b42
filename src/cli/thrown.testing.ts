import { AppError } from '../contract/errors.ts'

/** The AppError that a call throws, for tests. Throws where it throws none. */
export function thrownBy(call: () => unknown): AppError {
  try {
    call()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

import { AppError } from '../../contract/errors.ts'
import type { Archive } from './backend.ts'

/** An archive that fails with `cancelled` at its next chunk once the signal has aborted; `what` was ended then. */
export async function* stoppable(archive: Archive, signal: AbortSignal, what: string): Archive {
  for await (const chunk of archive) {
    if (signal.aborted) throw new AppError('cancelled', `${what} was ended`)
    yield chunk
  }
}

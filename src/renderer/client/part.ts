import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import { AppError, toAppError } from '../../contract/errors.ts'
import { untilConnected } from './client.ts'

/** Before each new attempt. All together longer than a server takes to be noticed as gone. */
const WAITS_MS = [100, 400, 1_500, 3_000]

/** A component that is fetched when it is first shown; `Suspense` shows what stands in its place until then. */
export function part<Props>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await fetchPart(load) }))
}

/**
 * A file of the page that is fetched later. The server that hands it out may be away for a while, restarted or
 * killed: it is waited for and asked again. Rejects with AppError when it answers and does not have the file.
 */
export async function fetchPart<Part>(load: () => Promise<Part>): Promise<Part> {
  for (const waitMs of WAITS_MS) {
    try {
      return await load()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs))
      await untilConnected()
    }
  }
  try {
    return await load()
  } catch (error) {
    throw new AppError('internal', `a part of this page could not be loaded: ${toAppError(error).message}`, {
      details: { hint: 'The program may have been updated since the page was opened: reload the page.', reload: true },
      cause: error,
    })
  }
}

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of the built page: beside the built command, or in `dist` of the checkout that is run from. */
export function pageDir(): string {
  const built = fileURLToPath(new URL('renderer', import.meta.url))
  return existsSync(`${built}/index.html`) ? built : fileURLToPath(new URL('../../dist/renderer', import.meta.url))
}

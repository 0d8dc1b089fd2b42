import type { Env } from './client.ts'
import { createNpm, type Npm } from './npm.ts'
import { createPypi, type Pypi } from './pypi.ts'

/** The package clients of this host. */
export interface Clients {
  readonly npm: Npm
  readonly pypi: Pypi
}

/** `folder`: without a project in it, for files of a moment. */
export function createClients(env: Env, folder: string): Clients {
  return { npm: createNpm(env, folder), pypi: createPypi(env, folder) }
}

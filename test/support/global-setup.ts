import { PLAIN_TAG } from '../contract/backend-bed.ts'
import { ensureBuilt } from './built.ts'
import { removeImage } from './engine-clients.ts'
import { machine } from './machine.ts'

/** Builds the product once for all files, and removes at their end what they have in common. */
export default async function setup(): Promise<() => Promise<void>> {
  await ensureBuilt()
  return async () => {
    for (const engine of ['docker', 'podman'] as const)
      if ((await machine[engine]()).available) await removeImage(PLAIN_TAG, engine)
  }
}

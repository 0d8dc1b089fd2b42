import Docker from 'dockerode'
import { dockerSocket, machine, podmanSocket } from './machine.ts'

/*
 * The engines of this machine as a test sees them beside the product: through a client of its own.
 */

export const docker = new Docker({ socketPath: dockerSocket })
export const podman = new Docker({ socketPath: podmanSocket })

/** The containers of these jobs on every engine of this machine, running or not, with their names. */
export async function containersOf(
  jobIds: ReadonlySet<string>,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const engines = [
    ...((await machine.docker()).available ? [docker] : []),
    ...((await machine.podman()).available ? [podman] : []),
  ]
  const lists = await Promise.all(
    engines.map(async (engine) => engine.listContainers({ all: true, filters: { label: ['tbcc.trial'] } })),
  )
  return lists
    .flat()
    .filter(({ Labels }) => jobIds.has(Labels['tbcc.job'] ?? ''))
    .map(({ Id, Names }) => ({ id: Id, name: (Names[0] ?? '').replace(/^\//, '') }))
}

/** Removes an image that a test made, also as it was built with a CA bundle of this host; one that is not there is fine. */
export async function removeImage(name: string, backend: 'docker' | 'podman' | 'sandbox' = 'docker'): Promise<void> {
  const engine = backend === 'podman' ? podman : docker
  const withBundle = await engine.listImages({ filters: { reference: [`${name.replace(/:latest$/, '')}-*`] } })
  const names = [name, ...withBundle.flatMap(({ RepoTags }) => RepoTags ?? [])]
  for (const one of names) {
    await engine
      .getImage(one)
      .remove({ force: true })
      .catch((error: unknown) => {
        if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 404)) throw error
      })
  }
}

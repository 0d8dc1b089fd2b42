import { AppError } from '../contract/errors.ts'
import type { BackendName, BackendProbe, ContainerBackend } from '../core/environment/backend.ts'
import { createDockerBackend } from '../node/docker/backend.ts'
import { createSandboxBackend } from '../node/sandbox/backend.ts'

/** The backends of this machine, made when first asked for. */
export interface Backends {
  get(name: BackendName): ContainerBackend
  /** The backend to use: the one asked for, or docker where it answers, else the sandbox. Throws `backend-unavailable`. */
  choose(wanted: BackendName | 'auto'): Promise<ChosenBackend>
  probeAll(): Promise<readonly { readonly name: BackendName; readonly probe: BackendProbe }[]>
  dispose(): Promise<void>
}

export interface ChosenBackend {
  readonly backend: ContainerBackend
  readonly probe: Extract<BackendProbe, { available: true }>
  /** Why it was chosen; null where it was asked for. */
  readonly reason: string | null
}

const NAMES: readonly BackendName[] = ['docker', 'podman', 'sandbox']

export function createBackends(env: Readonly<Record<string, string | undefined>>): Backends {
  const made = new Map<BackendName, ContainerBackend>()

  function get(name: BackendName): ContainerBackend {
    const backend = made.get(name) ?? (name === 'sandbox' ? createSandboxBackend() : createDockerBackend({ name, env }))
    made.set(name, backend)
    return backend
  }

  async function use(name: BackendName, reason: string | null): Promise<ChosenBackend> {
    const backend = get(name)
    const probe = await backend.probe()
    if (probe.available) return { backend, probe, reason }
    throw new AppError('backend-unavailable', `backend ${name} cannot be used: ${probe.reason}`, {
      details: { hint: probe.hint },
    })
  }

  return {
    get,
    async choose(wanted) {
      if (wanted !== 'auto') return use(wanted, null)
      const docker = await get('docker').probe()
      if (docker.available)
        return {
          backend: get('docker'),
          probe: docker,
          reason: `Docker ${docker.version} answers at ${docker.endpoint}`,
        }
      return use('sandbox', `no Docker: ${docker.reason}`).catch((error: unknown) => {
        const hint = `${docker.hint}; or see tbcc doctor`
        throw new AppError(
          'backend-unavailable',
          `neither Docker nor the sandbox can be used here: ${docker.reason}; ${messageOf(error)}`,
          {
            details: { hint },
            cause: error,
          },
        )
      })
    },
    probeAll: async () => Promise.all(NAMES.map(async (name) => ({ name, probe: await get(name).probe() }))),
    async dispose() {
      await Promise.all([...made.values()].map(async (backend) => backend.dispose()))
      made.clear()
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

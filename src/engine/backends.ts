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

/** All there are. */
export const BACKEND_NAMES: readonly BackendName[] = ['docker', 'podman', 'sandbox']

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
      if (docker.available) return { backend: get('docker'), probe: docker, reason: whyDocker(docker) }
      const [podman, sandbox] = await Promise.all([get('podman').probe(), get('sandbox').probe()])
      if (!sandbox.available) throw nothingForAuto(docker, podman, sandbox)
      return { backend: get('sandbox'), probe: sandbox, reason: whySandbox(docker, podman) }
    },
    probeAll: async () => Promise.all(BACKEND_NAMES.map(async (name) => ({ name, probe: await get(name).probe() }))),
    async dispose() {
      await Promise.all([...made.values()].map(async (backend) => backend.dispose()))
      made.clear()
    },
  }
}

type Answering = Extract<BackendProbe, { available: true }>
type Silent = Extract<BackendProbe, { available: false }>

/** Why `auto` takes Docker. */
export function whyDocker({ version, endpoint }: Answering): string {
  return `Docker ${version} answers at ${endpoint}`
}

/** Why `auto` takes the sandbox. Podman is pointed at, and used only where it is asked for. */
export function whySandbox(docker: Silent, podman: BackendProbe): string {
  return `no Docker: ${withoutStop(docker.reason)}${podman.available ? `; ${advisePodman(podman)}` : ''}`
}

function nothingForAuto(docker: Silent, podman: BackendProbe, sandbox: Silent): AppError {
  const hint = podman.available ? advisePodman(podman) : `${withoutStop(docker.hint)}; or see tbcc doctor`
  const message = `neither Docker nor the sandbox can be used here: ${withoutStop(docker.reason)}; ${sandbox.reason}`
  return new AppError('backend-unavailable', message, { details: { hint } })
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '')
}

function advisePodman({ version }: Answering): string {
  return `Podman ${version} answers: -e podman takes it`
}

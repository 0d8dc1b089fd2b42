import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { AppError, toAppError } from '../../contract/errors.ts'
import type {
  BackendProbe,
  Container,
  ContainerBackend,
  EnvironmentSpec,
  ImageInfo,
  ImageProgress,
} from '../../core/environment/backend.ts'
import type { HostBuildPlan } from '../../core/environment/host-build.ts'
import { imageSourceOf } from '../../core/environment/image-source.ts'
import { openBuildContext } from './build-context.ts'
import { enforceableLimits } from './cgroups.ts'
import { findHost, toolVersions } from './find-host.ts'
import { hostPlatform, hostSystem } from './host-system.ts'
import { listRecords } from './records.ts'
import { hostMemoryMb, issueLines, readHostBuild, refusalOf } from './refuse.ts'
import { removeSandbox } from './remove.ts'
import { type SandboxHost, startSandbox } from './start.ts'
import { defaultStateFolder } from './state-folder.ts'

export interface SandboxOptions {
  /** Where the private files of sandboxes are; default: a folder of this user in /var/tmp. */
  readonly stateFolder?: string
  /** What makes the namespaces; default: bubblewrap where it is installed. */
  readonly tool?: 'bubblewrap' | 'unshare'
  /** `never`: as root, without a user namespace. Default: with one where the kernel lets us. */
  readonly userNamespace?: 'never'
}

const PROBE_WITHIN_MS = 8000

/**
 * Environments in Linux namespaces, without a container engine. The host's own system stands for the image: its /usr,
 * /bin, /sbin and libraries, read-only, below a private tree on disk that holds everything else and is removed with the
 * sandbox. What a task writes counts against the disk of the state folder, which is not limited; /dev/shm has 64 MB.
 *
 * What keeps a task in (test/sandbox-isolation.test.ts tries each point from inside):
 * - Namespaces of its own for mounts, processes, network (loopback only), IPC, host name and users. Root inside is an
 *   unused id of the host where tbcc runs as root, else the user that runs tbcc; further user namespaces are forbidden.
 *   Where there are no user namespaces, root inside is the host's root without the capabilities that reach the host, and
 *   /proc/sys and its like are read-only.
 * - Nothing else of the host is mounted: no home, /var, /run, socket, device but null, zero, full, random, urandom and tty.
 * - Commands have the capabilities of a container's root at most, counted in their own namespaces, and no_new_privs, so
 *   that set-uid programs give nothing. They get no open files of tbcc, no terminal, and no environment but their own.
 * - The programs that enter the sandbox before a command have dropped their rights run on the host's loader and libraries:
 *   these and the loader's files in /etc are mount points that nothing inside can replace.
 * - Not covered: the kernel's own interface is not filtered (no seccomp), and a session keyring of the user that runs tbcc
 *   goes with its processes, as do that user's groups where it is not root.
 */
export function createSandboxBackend(options: SandboxOptions = {}): ContainerBackend {
  const stateFolder = options.stateFolder ?? defaultStateFolder(process.getuid?.() ?? 0)
  const wishes = { stateFolder, tool: options.tool ?? null, withoutUserNamespace: options.userNamespace === 'never' }
  const running = new Map<string, Container>()
  let found: Promise<SandboxHost> | null = null

  async function host(): Promise<SandboxHost> {
    found ??= findHost(wishes, AbortSignal.timeout(PROBE_WITHIN_MS))
    return found.catch((error: unknown) => {
      found = null
      throw error
    })
  }

  return {
    name: 'sandbox',
    async probe() {
      found = null
      return probe(host(), stateFolder)
    },
    refuse: refusalOf,
    async ensureImage(spec, onProgress, signal) {
      throwIfCancelled(signal)
      return ensureImage(spec, onProgress)
    },
    async start(request, signal) {
      const [plan, ready] = await Promise.all([requirePlan(request.spec), host()])
      throwIfCancelled(signal)
      const container = await startSandbox(ready, request, plan, signal)
      return track(container, running)
    },
    list: async () => listRecords(stateFolder),
    remove: async (id) => removeSandbox(stateFolder, id),
    imageOf: async (spec) => imageSourceOf(spec),
    hasImages: async (names) => new Map(names.map((name) => [name, { present: true, sizeBytes: null }])),
    async dispose() {
      await Promise.all([...running.values()].map(async (container) => container.stop()))
    },
  }
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled', 'cancelled before the sandbox was started')
}

async function probe(host: Promise<SandboxHost>, storage: string): Promise<BackendProbe> {
  try {
    const ready = await host
    const limits = enforceableLimits(`tbcc-probe-${randomBytes(8).toString('hex')}`)
    return {
      available: true,
      version: await toolVersions(ready),
      endpoint: (ready.tool === 'bubblewrap' ? ready.programs.bwrap : null) ?? ready.programs.unshare,
      storage,
      capabilities: {
        cpuLimit: limits.cpu,
        memoryLimit: limits.memory,
        pidsLimit: limits.pids,
        imageBuild: false,
        publicNetwork: false,
        noNetwork: true,
        hostMemoryMb: hostMemoryMb(),
        hostCpus: availableParallelism(),
        platform: hostPlatform(),
      },
    }
  } catch (error) {
    const { message, details } = toAppError(error)
    return { available: false, reason: message, hint: details.hint ?? 'see tbcc doctor' }
  }
}

async function ensureImage(spec: EnvironmentSpec, onProgress: (progress: ImageProgress) => void): Promise<ImageInfo> {
  const plan = await requirePlan(spec)
  const context = await openBuildContext(spec.contextDir)
  for (const step of plan.steps) if (step.kind === 'copy') await context.check(step)
  const id = hostSystem()
  onProgress({ stage: 'build', text: `${id.slice('host:'.length)} of this machine stands for ${plan.image}` })
  return { name: plan.image, id, source: 'host', sizeBytes: null, workdir: spec.workdir ?? plan.workdir }
}

async function requirePlan(spec: EnvironmentSpec): Promise<HostBuildPlan> {
  const refusal = await refusalOf(spec)
  if (refusal !== null) throw new AppError('unsupported', refusal, { details: { hint: 'use a container engine' } })
  const build = await readHostBuild(spec.contextDir)
  if (build.ok) return build.plan
  throw new AppError('image-build-failed', issueLines(build.issues).join('; '))
}

/** Remembers a container until it is stopped, so that `dispose` leaves none behind, but for those to be kept. */
function track(container: Container, running: Map<string, Container>): Container {
  running.set(container.id, container)
  return {
    ...container,
    async keep() {
      await container.keep()
      running.delete(container.id)
    },
    async stop() {
      await container.stop()
      running.delete(container.id)
    },
  }
}

import { randomBytes } from 'node:crypto'
import { Socket } from 'node:net'
import { AppError, toAppError } from '../../contract/errors.ts'
import type { Container, Enforcement, EnvironmentSpec, StartRequest } from '../../core/environment/backend.ts'
import type { HostBuildPlan } from '../../core/environment/host-build.ts'
import { type Cgroups, createCgroups } from './cgroups.ts'
import { listTree } from './changes.ts'
import { createPipeMaker } from './command-pipes.ts'
import { createSandboxContainer } from './container.ts'
import { followPlan } from './follow-plan.ts'
import { type IdMapping, ownerOf } from './id-mapping.ts'
import { launch, type LaunchRequest, type LaunchTool } from './launch.ts'
import { createPrivateTree } from './private-tree.ts'
import { onlyChildOf, type ProcessIdentity } from './process-table.ts'
import type { Programs } from './programs.ts'
import { currentBootId, hostNameOf, sandboxFolder, type SandboxRecord, writeRecord } from './records.ts'
import { removeSandbox } from './remove.ts'
import { openNamespaces } from './running.ts'
import { openStateFolder } from './state-folder.ts'

/** How sandboxes are made on this machine. */
export interface SandboxHost {
  readonly programs: Programs
  readonly tool: LaunchTool
  readonly mapping: IdMapping
  readonly stateFolder: string
  readonly uid: number
}

/** Starts a sandbox and does what its Dockerfile says. Throws AppError `environment-start-failed` or `cancelled`; then nothing of it stays. */
export async function startSandbox(
  host: SandboxHost,
  request: StartRequest,
  plan: HostBuildPlan,
  signal: AbortSignal,
): Promise<Container> {
  const starting = createStarting(host, request)
  try {
    openStateFolder(host.stateFolder, host.uid)
    return await build(starting, host, request, plan, signal)
  } catch (error) {
    await starting.remove()
    const cause = toAppError(error)
    if (signal.aborted) throw new AppError('cancelled', 'cancelled while the sandbox was starting', { cause })
    throw new AppError('environment-start-failed', `the sandbox could not be started: ${cause.message}`, {
      details: cause.details,
      cause,
    })
  }
}

/** A sandbox on its way: its record, and what must be undone. */
interface Starting {
  readonly id: string
  save(changes: Partial<SandboxRecord>): void
  /** To be called when the sandbox has been removed. */
  onRemoved(dispose: () => void): void
  readonly remove: () => Promise<void>
}

function createStarting(host: SandboxHost, request: StartRequest): Starting {
  const id = randomBytes(32).toString('hex')
  const disposals: (() => void)[] = []
  const { name, labels } = request
  let record: SandboxRecord = { id, name, labels, kept: false, bootId: currentBootId(), init: null, cgroups: [] }
  return {
    id,
    save(changes) {
      record = { ...record, ...changes, cgroups: [...record.cgroups, ...(changes.cgroups ?? [])] }
      writeRecord(host.stateFolder, record)
    },
    onRemoved(dispose) {
      disposals.push(dispose)
    },
    async remove() {
      // Also where somebody has cleaned up the folder meanwhile.
      await removeSandbox(host.stateFolder, id, record)
      for (const dispose of disposals.splice(0)) dispose()
    },
  }
}

async function build(
  starting: Starting,
  host: SandboxHost,
  request: StartRequest,
  plan: HostBuildPlan,
  signal: AbortSignal,
): Promise<Container> {
  const { id } = starting
  const { spec } = request
  const directory = sandboxFolder(host.stateFolder, id)
  // Before anything else of it is there.
  starting.save({})
  const hostname = hostNameOf(id)
  const tree = createPrivateTree(directory, ownerOf(host.mapping), hostname)
  const cgroups = createCgroups(`tbcc-${id}`, limitsOf(spec), (folder) => {
    starting.save({ cgroups: [folder] })
  })
  const { init, keep } = await launchInit(starting, host, { directory, hostname, views: cgroups.views, signal })
  const namespaces = openNamespaces(init, host.mapping)
  starting.onRemoved(namespaces.close)
  const sandbox = { programs: host.programs, mapping: host.mapping, init, namespaces, cgroupFiles: cgroups.joinFiles }
  const workdir = spec.workdir ?? plan.workdir
  await followPlan(sandbox, plan, spec.contextDir, workdir, signal)
  return createSandboxContainer({
    id,
    workdir,
    env: { ...plan.env, ...spec.env },
    sandbox,
    cgroups,
    pipes: createPipeMaker(host.programs.mkfifo, tree.pipes),
    root: tree.root,
    baseline: await listTree(tree.root),
    enforcement: enforcementOf(spec, cgroups),
    droppedCapabilities: spec.options.hardening.dropCapabilities,
    async keep() {
      await keep()
      starting.save({ kept: true })
    },
    remove: starting.remove,
  })
}

interface Init {
  readonly init: ProcessIdentity
  /** Makes it stay when this process ends. */
  readonly keep: () => Promise<void>
}

type LaunchDetails = Pick<LaunchRequest, 'directory' | 'hostname' | 'views' | 'signal'>

async function launchInit(starting: Starting, host: SandboxHost, details: LaunchDetails): Promise<Init> {
  const { programs, tool, mapping } = host
  const child = await launch({ programs, tool, mapping, ...details })
  child.on('error', () => undefined)
  starting.onRemoved(() => child.stdin.destroy())
  const init = onlyChildOf(child.pid ?? 0)
  if (init === null) throw new AppError('environment-start-failed', 'the first process of the sandbox is not there')
  starting.save({ init })
  // It does not hold this process: when that ends, its input does, and so does the sandbox.
  for (const stream of [child.stdin, child.stdout.resume(), child.stderr.resume()])
    if (stream instanceof Socket) stream.unref()
  child.unref()
  const keep = async (): Promise<void> =>
    new Promise((resolve, reject) => {
      child.stdin.write('keep\n', (error) => {
        if (error) reject(toAppError(error, 'environment-gone'))
        else resolve()
      })
    })
  return { init, keep }
}

function limitsOf(spec: EnvironmentSpec): Parameters<typeof createCgroups>[1] {
  return { cpus: spec.cpus, memoryMb: spec.memoryMb, pids: spec.options.hardening.pidsLimit }
}

function enforcementOf(spec: EnvironmentSpec, cgroups: Cgroups): Enforcement {
  const { cpus, memoryMb } = cgroups.enforced
  const bundle = spec.options.caBundle === null ? [] : ['CA bundle: the sandbox has no network that it would be for']
  return { limits: { cpus, memoryMb }, notEnforced: [...cgroups.notEnforced, ...bundle] }
}

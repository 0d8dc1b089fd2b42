import { readFile, stat } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import type { EnvironmentSpec } from '../../core/environment/backend.ts'
import type { DockerfileIssue } from '../../core/environment/dockerfile.ts'
import { parseHostBuild, type ParsedHostBuild } from '../../core/environment/host-build.ts'

const ONLY =
  'the sandbox runs only tasks that ask for no network and whose Dockerfile has no more than FROM, WORKDIR, ENV and COPY'

export function hostMemoryMb(): number {
  return Math.floor(totalmem() / 1024 ** 2)
}

/** Why the sandbox cannot run an environment, naming every feature that it lacks; null when it can. */
export async function refusalOf(spec: EnvironmentSpec): Promise<string | null> {
  const network =
    spec.network === 'no-network' ? [] : [`the task asks for a network (${spec.network}), and the sandbox has none`]
  const kind = [...network, ...(await buildReasons(spec))]
  const reasons = [...kind, ...optionReasons(spec), ...limitReasons(spec)]
  if (reasons.length === 0) return null
  return kind.length === 0 ? reasons.join('; ') : `${reasons.join('; ')} (${ONLY})`
}

/** The Dockerfile of a task; throws where it cannot be read. */
export async function readHostBuild(contextDir: string): Promise<ParsedHostBuild> {
  return parseHostBuild(await readFile(join(contextDir, 'Dockerfile'), 'utf8'))
}

/** A build network is none of them: nothing is fetched. */
function optionReasons({ options }: EnvironmentSpec): string[] {
  const reasons: string[] = []
  if (options.network !== null) reasons.push(`network=${options.network}: the sandbox joins no network`)
  if (options.hostGateway) reasons.push('host_gateway: the sandbox reaches no host')
  if (options.hardening.readOnlyRoot) reasons.push('read_only: the private root of the sandbox is writable')
  return reasons
}

function limitReasons(spec: EnvironmentSpec): string[] {
  const reasons: string[] = []
  const memoryMb = hostMemoryMb()
  const cpus = availableParallelism()
  if ((spec.memoryMb ?? 0) > memoryMb)
    reasons.push(`the task asks for ${spec.memoryMb} MB of memory, this machine has ${memoryMb}`)
  if ((spec.cpus ?? 0) > cpus) reasons.push(`the task asks for ${spec.cpus} cpus, this machine has ${cpus}`)
  return reasons
}

async function buildReasons(spec: EnvironmentSpec): Promise<readonly string[]> {
  if (!spec.hasDockerfile) {
    return [
      spec.image === null
        ? 'the task has no Dockerfile'
        : `the content of the prebuilt image ${spec.image} is not here, and the task has no Dockerfile`,
    ]
  }
  const isThere = await stat(spec.contextDir).catch(() => null)
  if (isThere === null) return [`${spec.contextDir} is missing`]
  const build = await readHostBuild(spec.contextDir).catch((error: unknown) => String(error))
  if (typeof build === 'string') return [`environment/Dockerfile cannot be read: ${build}`]
  if (!build.ok) return issueLines(build.issues)
  const places = [
    ...build.plan.steps.map((step) => (step.kind === 'copy' ? step.destination : step.path)),
    spec.workdir ?? '/',
  ]
  return [...new Set(places.filter(isReadOnly))].map(
    (place) => `${place} would have to be made, and the host's own folders are read-only`,
  )
}

/** As they stand in messages; not more than a reader wants. */
export function issueLines(issues: readonly DockerfileIssue[]): readonly string[] {
  const lines = issues.slice(0, 5).map(({ line, message }) => `environment/Dockerfile line ${line}: ${message}`)
  return issues.length > lines.length ? [...lines, `and ${issues.length - lines.length} more`] : lines
}

function isReadOnly(path: string): boolean {
  return /^\/(usr|bin|sbin|lib[^/]*|proc|sys|dev)(\/|$)/.test(path)
}

import { posix } from 'node:path'
import type Docker from 'dockerode'
import type { EnvironmentSpec, StartRequest } from '../../core/environment/backend.ts'
import { CA_DIRECTORY, CA_VARIABLES } from './ca-bundle.ts'
import type { EngineConnection } from './connection.ts'
import { HOST_NAME } from './host-gateway.ts'
import { proxyVariables } from './client-config.ts'
import { toLabels } from './labels.ts'

/** Overrides the image's command as Harbor does; its entrypoint still runs. */
const COMMAND = ['sh', '-c', 'sleep infinity']
/** Written by every trial; made writable where the root is not. */
const WRITTEN = ['/logs', '/tests', '/solution', '/installed-agent', '/tmp', '/var/tmp', '/run', '/root', CA_DIRECTORY]
const BYTES_PER_MB = 1024 * 1024
const NANO = 1e9

/** What the settings depend on besides the request. */
export interface EngineFacts extends Pick<EngineConnection, 'config' | 'label'> {
  readonly isPodman: boolean
}

/** The body of a create call: what Harbor's compose file says and nothing else, but for what the job's options ask. */
export function toCreateBody(request: StartRequest, engine: EngineFacts): Docker.ContainerCreateOptions {
  const { spec, image } = request
  return {
    Image: image.name,
    Cmd: [...COMMAND],
    Tty: false,
    Env: toEnvironment(spec, engine),
    Labels: toLabels(request.labels),
    ...(knowsItsName(spec, engine.isPodman) ? { Hostname: toHostName(request) } : {}),
    ...(spec.workdir === null ? {} : { WorkingDir: spec.workdir }),
    ...(spec.options.hardening.readOnlyRoot ? { Volumes: writableFolders(spec.workdir ?? image.workdir) } : {}),
    HostConfig: toHostConfig(request, engine.isPodman),
  }
}

/** The network the environment is on; null for the engine's default. A task that asks for none never gets one. */
function networkOf(spec: EnvironmentSpec): string | null {
  return spec.network === 'no-network' ? 'none' : spec.options.network
}

function toEnvironment(spec: EnvironmentSpec, { config, label }: EngineFacts): string[] {
  const variables = {
    ...proxyVariables(config, label),
    ...(spec.options.caBundle === null ? {} : CA_VARIABLES),
    ...spec.env,
  }
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`)
}

/**
 * Without a network Docker tells a container no address for its own name, which programs look up; Podman does, and in
 * Harbor the container that keeps the network away has one.
 */
function knowsItsName(spec: EnvironmentSpec, isPodman: boolean): boolean {
  return networkOf(spec) === 'none' && !isPodman
}

/** It looks as if the engine had made it, but must be known before there is a container. Digits alone are an address. */
function toHostName({ labels }: StartRequest): string {
  return `c${labels.trialId.replaceAll('-', '').slice(0, 11)}`
}

function toHostConfig(request: StartRequest, isPodman: boolean): Docker.HostConfig {
  const { spec } = request
  const { hardening, hostGateway } = spec.options
  const network = networkOf(spec)
  return {
    // Swap stays at the engine's default, as with mem_limit in a compose file.
    ...(spec.memoryMb === null ? {} : { Memory: spec.memoryMb * BYTES_PER_MB }),
    ...(spec.cpus === null ? {} : { NanoCpus: Math.round(spec.cpus * NANO) }),
    ...(network === null ? {} : { NetworkMode: network }),
    ...(knowsItsName(spec, isPodman) ? { ExtraHosts: [`${toHostName(request)}:127.0.0.1`] } : {}),
    ...(hostGateway && network !== 'none' && !isPodman ? { ExtraHosts: [`${HOST_NAME}:host-gateway`] } : {}),
    ...(hardening.pidsLimit === null ? {} : { PidsLimit: hardening.pidsLimit }),
    ...(hardening.noNewPrivileges ? { SecurityOpt: ['no-new-privileges'] } : {}),
    ...(hardening.dropCapabilities.length === 0 ? {} : { CapDrop: [...hardening.dropCapabilities] }),
    ...(hardening.readOnlyRoot ? { ReadonlyRootfs: true } : {}),
  }
}

/** Anonymous volumes, filled from the image and removed with the container. */
function writableFolders(workdir: string): Record<string, Record<string, never>> {
  const folders = [...WRITTEN, posix.normalize(workdir)].filter((folder) => folder !== '/')
  return Object.fromEntries(folders.map((folder) => [folder, {}]))
}

import * as z from 'zod'
import type { BackendCapabilities, EnvironmentSpec } from '../../core/environment/backend.ts'
import type { Engine } from './engine.ts'
import { getJson } from './http-call.ts'

const BYTES_PER_MB = 1024 * 1024

const engineInfo = z.looseObject({
  MemoryLimit: z.boolean().nullish(),
  CpuCfsQuota: z.boolean().nullish(),
  PidsLimit: z.boolean().nullish(),
  MemTotal: z.number().nullish(),
  NCPU: z.number().nullish(),
  DockerRootDir: z.string().nullish(),
})

/** What an engine says of itself. */
export interface EngineFacts {
  /** What it enforces. */
  readonly capabilities: BackendCapabilities
  /** Where it keeps images and containers, on its machine. */
  readonly rootDir: string | null
}

export async function readFacts(engine: Engine): Promise<EngineFacts> {
  const info = engineInfo.parse(await getJson(engine, '/info'))
  const capabilities = {
    cpuLimit: info.CpuCfsQuota === true,
    memoryLimit: info.MemoryLimit === true,
    pidsLimit: info.PidsLimit === true,
    imageBuild: true,
    publicNetwork: true,
    noNetwork: true,
    hostMemoryMb: info.MemTotal ? Math.floor(info.MemTotal / BYTES_PER_MB) : null,
    hostCpus: info.NCPU ?? null,
    platform: engine.version.platform,
  }
  return { capabilities, rootDir: info.DockerRootDir || null }
}

/** Why an engine cannot run an environment as asked; null when it can. */
export function refusalOf(spec: EnvironmentSpec, capabilities: BackendCapabilities): string | null {
  const { hostMemoryMb, hostCpus, platform } = capabilities
  if (!platform.startsWith('linux/')) return `the engine runs ${platform} containers, the task needs linux`
  if (spec.memoryMb !== null) {
    if (!capabilities.memoryLimit) return 'the engine cannot limit memory here (no memory control group)'
    if (hostMemoryMb !== null && spec.memoryMb > hostMemoryMb) {
      return `memory: the task asks for ${spec.memoryMb} MB, the host has ${hostMemoryMb} MB`
    }
  }
  if (spec.cpus !== null) {
    if (!capabilities.cpuLimit) return 'the engine cannot limit processors here (no cpu control group)'
    if (hostCpus !== null && spec.cpus > hostCpus) {
      return `cpus: the task asks for ${spec.cpus} processors, the host has ${hostCpus}`
    }
  }
  if (spec.options.hardening.pidsLimit !== null && !capabilities.pidsLimit) {
    return 'the engine cannot limit the number of processes here (no pids control group)'
  }
  return null
}

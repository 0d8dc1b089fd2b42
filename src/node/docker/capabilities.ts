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
})

/** What the engine enforces, by its own account. */
export async function readCapabilities(engine: Engine): Promise<BackendCapabilities> {
  const info = engineInfo.parse(await getJson(engine, '/info'))
  return {
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

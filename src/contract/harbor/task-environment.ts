import { z } from 'zod'
import { AllowedHosts } from './allowed-hosts.ts'
import { toFloat } from './coerce.ts'
import {
  ALWAYS,
  choice,
  Flag,
  Float,
  Int,
  IntOrNull,
  list,
  lowerCase,
  table,
  Text,
  TextList,
  TextOrNull,
  TextValues,
  rare,
} from './lax.ts'
import { McpServerConfig } from './mcp-server.ts'
import { NetworkMode, refuseStrayHosts } from './network-policy.ts'
import { TpuSpec } from './tpu.ts'

/** Times in seconds. */
export const HealthcheckConfig = rare(() =>
  table({
    command: Text,
    interval_sec: Float.default(5),
    timeout_sec: Float.default(30),
    /** Failures in this time are free. */
    start_period_sec: Float.default(0),
    start_interval_sec: Float.default(5),
    /** Failures in a row that end the wait. */
    retries: Int.default(3),
  }),
)
export type HealthcheckConfig = z.infer<typeof HealthcheckConfig>

const TaskOs = choice(['linux', 'windows'])

const fields = table({
  // Unset it is public, unless the older `allow_internet` says otherwise.
  network_mode: NetworkMode.optional(),
  allowed_hosts: AllowedHosts.nullable().default(null),
  build_timeout_sec: Float.default(600),
  docker_image: TextOrNull,
  os: z.preprocess<unknown, typeof TaskOs, z.input<typeof TaskOs>>(lowerCase, TaskOs).default('linux'),
  cpus: IntOrNull,
  memory_mb: IntOrNull,
  storage_mb: IntOrNull,
  gpus: IntOrNull,
  gpu_types: TextList.nullable().default(null),
  tpu: TpuSpec.nullable().default(null),
  mcp_servers: list(McpServerConfig).default(() => []),
  env: TextValues,
  skills_dir: TextOrNull,
  healthcheck: HealthcheckConfig.nullable().default(null),
  workdir: TextOrNull,
  allow_internet: Flag.nullable().optional(),
  memory: z.unknown().optional(),
  storage: z.unknown().optional(),
})
type Fields = z.output<typeof fields>

/** `[environment]` and `[verifier.environment]`. Sizes in MB; null: the provider's default, for Docker no limit. */
export const TaskEnvironmentConfig = fields
  .superRefine((environment, context) => {
    refuseStrayHosts(environment, context, 'public')
    refuseSize(environment, 'memory', context)
    refuseSize(environment, 'storage', context)
  }, ALWAYS)
  .transform(({ network_mode, allow_internet, memory, storage, ...rest }) => ({
    network_mode: network_mode ?? modeFromFlag(allow_internet, rest.allowed_hosts),
    ...rest,
    // Harbor takes empty text for none.
    docker_image: rest.docker_image || null,
    skills_dir: rest.skills_dir || null,
    workdir: rest.workdir || null,
    memory_mb: rest.memory_mb ?? sizeInMb(memory),
    storage_mb: rest.storage_mb ?? sizeInMb(storage),
  }))
export type TaskEnvironmentConfig = z.infer<typeof TaskEnvironmentConfig>

/** The older flag counts only where neither of the newer keys says anything. */
function modeFromFlag(flag: boolean | null | undefined, hosts: readonly string[] | null): NetworkMode {
  return flag === false && hosts === null ? 'no-network' : 'public'
}

function refuseSize(environment: Partial<Fields>, key: 'memory' | 'storage', context: z.core.$RefinementCtx): void {
  const text = environment[key]
  if (typeof text !== 'string') return
  const sizeMb = sizeInMb(text)
  // Runs beside other issues: the newer key may hold anything.
  const stated: unknown = environment[`${key}_mb`]
  if (sizeMb === null) {
    context.addIssue({
      code: 'custom',
      message: `expected a size such as "2G" or "512M", got ${JSON.stringify(text)}`,
      path: [key],
    })
  } else if (typeof stated === 'number' && stated !== sizeMb) {
    context.addIssue({ code: 'custom', message: `is ${sizeMb} MB, but ${key}_mb is ${stated}`, path: [key] })
  }
}

const UNIT_MB = { G: 1024, M: 1, K: 1 / 1024 }

/** Older spelling of sizes. Values that are no text are dropped, as Harbor drops them. */
function sizeInMb(value: unknown): number | null {
  const match = typeof value === 'string' ? /^([^]*)([GMK])$/.exec(value.trim().toUpperCase()) : null
  if (match === null) return null
  const number = toFloat(match[1])
  const unit = match[2] === 'G' || match[2] === 'K' ? match[2] : 'M'
  return typeof number === 'number' && Number.isFinite(number) ? Math.trunc(number * UNIT_MB[unit]) + 0 : null
}

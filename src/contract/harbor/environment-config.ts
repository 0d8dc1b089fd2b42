import { z } from 'zod'
import { AllowedHosts } from './allowed-hosts.ts'
import { EnvironmentEnvMap } from './env-map.ts'
import { choice, FilePath, Flag, FreeValues, IntOrNull, list, lowerCase, table, Text, TextOrNull } from './lax.ts'
import { TpuSpec } from './tpu.ts'

/** Every kind of environment that Harbor knows. This product runs the first two, and its sandbox by import path. */
const EnvironmentType = choice([
  'docker',
  'podman',
  'daytona',
  'e2b',
  'modal',
  'runloop',
  'langsmith',
  'ec2',
  'gke',
  'ack',
  'openshift',
  'novita',
  'apple-container',
  'singularity',
  'islo',
  'tensorlake',
  'cwsandbox',
  'use-computer',
  'cua-cloud',
  'blaxel',
  'opensandbox',
  'beam',
  'skypilot',
  'hf-sandbox',
  'hyperbrowser',
  'vercel',
  'runta',
  'prime',
  'kata',
  'mosaic',
  'smol',
])

const Policy = choice(['auto', 'limit', 'request', 'guarantee', 'ignore'])
const EnforcementPolicy = z
  .preprocess<unknown, typeof Policy, z.input<typeof Policy>>(lowerCase, Policy)
  .default('auto')

/** A mount as Docker Compose writes it. Keys that are not set stay away. */
const ServiceVolume = table({
  type: choice(['bind', 'volume', 'image']),
  source: Text,
  target: Text,
  read_only: z.literal(true).optional(),
  bind: table({ create_host_path: z.literal(false).optional(), selinux: choice(['z', 'Z']).optional() }).optional(),
  volume: table({ subpath: Text.optional() }).optional(),
  image: table({ subpath: Text.optional() }).optional(),
})

const fields = table({
  type: EnvironmentType.nullable().default(null),
  import_path: TextOrNull,
  force_build: Flag.default(false),
  delete: Flag.default(true),
  stream: Flag.default(false),
  cpu_enforcement_policy: EnforcementPolicy,
  memory_enforcement_policy: EnforcementPolicy,
  override_cpus: IntOrNull,
  override_memory_mb: IntOrNull,
  override_storage_mb: IntOrNull,
  override_gpus: IntOrNull,
  override_tpu: TpuSpec.nullable().default(null),
  mounts: list(ServiceVolume).nullable().default(null),
  extra_docker_compose: list(FilePath).default(() => []),
  env: EnvironmentEnvMap,
  kwargs: FreeValues,
  extra_allowed_hosts: AllowedHosts.default(() => []),
})

/** Where trials run, and what overrides the task's own wishes. With neither type nor import path it is Docker. */
export const EnvironmentConfig = z
  .preprocess<unknown, typeof fields, z.input<typeof fields>>(renameMounts, fields)
  .transform((environment) =>
    environment.type === null && environment.import_path === null
      ? { ...environment, type: 'docker' as const }
      : environment,
  )
export type EnvironmentConfig = z.infer<typeof EnvironmentConfig>

function renameMounts(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('mounts_json' in value)) return value
  const { mounts_json: mounts, ...rest } = value
  return { mounts, ...rest }
}

import { AppError } from '../contract/errors.ts'
import type { JobConfig } from '../contract/harbor/job-config.ts'

/**
 * Names every setting of a configuration that would change what is measured and that this version cannot honour. None
 * is ignored.
 */
export function refuseUnsupportedConfig(config: JobConfig): void {
  const { environment, verifier } = config
  const asked: readonly (readonly [string, boolean])[] = [
    ['user_agent', config.user_agent !== null],
    ['source_jobs', config.source_jobs.length > 0],
    ['metrics: uv-script', config.metrics.some((metric) => metric.type === 'uv-script')],
    ['environment.mounts', (environment.mounts ?? []).length > 0],
    ['environment.extra_docker_compose', environment.extra_docker_compose.length > 0],
    ['environment.stream', environment.stream],
    ['environment.override_gpus', (environment.override_gpus ?? 0) > 0],
    ['environment.override_tpu', environment.override_tpu !== null],
    ['environment.extra_allowed_hosts', environment.extra_allowed_hosts.length > 0],
    ['environment.cpu_enforcement_policy', !isEnforced(environment.cpu_enforcement_policy)],
    ['environment.memory_enforcement_policy', !isEnforced(environment.memory_enforcement_policy)],
    [
      `environment.type: ${environment.type ?? ''}`,
      environment.type !== null && environment.type !== 'docker' && environment.type !== 'podman',
    ],
    [
      `environment.import_path: ${environment.import_path ?? ''}`,
      environment.import_path !== null && environment.import_path !== 'tbcc:sandbox',
    ],
    ['verifier.import_path', verifier.import_path !== null],
    ['verifier.kwargs', Object.keys(verifier.kwargs).length > 0],
    ['verifier.include_logs/exclude_logs', verifier.include_logs.length + verifier.exclude_logs.length > 0],
  ]
  const unsupported = asked.flatMap(([name, isAsked]) => (isAsked ? [name] : []))
  if (unsupported.length === 0) return
  throw new AppError('invalid-input', `not supported yet: ${unsupported.join(', ')}`, {
    details: { hint: 'take these settings out of the configuration; docs/compatibility.md lists what is supported' },
  })
}

/** Docker can limit, and nothing else; so can this product, as Harbor with it. */
function isEnforced(policy: JobConfig['environment']['cpu_enforcement_policy']): boolean {
  return policy === 'auto' || policy === 'limit' || policy === 'ignore'
}

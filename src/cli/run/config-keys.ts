import { nearestName } from '../../core/text/nearest-name.ts'
import { isTable, type PlainConfig } from './plain-config.ts'

/*
 * Every key of Harbor's JobConfig, and what becomes of it here. A key that is not supported may stand in a file with
 * the value that changes nothing, as Harbor's own config.json has it; any other value is refused by name.
 */

/** `yes`: taken over. A list: not supported, but these values (and null, false, [] and {}) mean what happens anyway. */
type Rule = 'yes' | readonly unknown[] | Keys | { readonly each: Keys }
interface Keys {
  readonly [key: string]: Rule
}

const no: readonly unknown[] = []

const AGENT_KEYS: Keys = {
  name: 'yes',
  import_path: no,
  model_name: 'yes',
  n_concurrent: 'yes',
  concurrency_group: 'yes',
  skills: 'yes',
  override_timeout_sec: 'yes',
  override_setup_timeout_sec: 'yes',
  max_timeout_sec: 'yes',
  resume_trajectory: no,
  load_trajectory: no,
  extra_allowed_hosts: no,
  include_logs: no,
  exclude_logs: no,
  kwargs: 'yes',
  env: 'yes',
  mcp_servers: 'yes',
}

const ENVIRONMENT_KEYS: Keys = {
  type: 'yes',
  import_path: ['tbcc:sandbox'],
  force_build: 'yes',
  delete: 'yes',
  stream: no,
  // What Docker makes of `auto` is a limit.
  cpu_enforcement_policy: ['auto', 'limit', 'ignore'],
  memory_enforcement_policy: ['auto', 'limit', 'ignore'],
  override_cpus: 'yes',
  override_memory_mb: 'yes',
  override_storage_mb: no,
  override_gpus: [0],
  override_tpu: no,
  suppress_override_warnings: 'yes',
  mounts: no,
  mounts_json: no,
  extra_docker_compose: no,
  env: 'yes',
  kwargs: 'yes',
  extra_allowed_hosts: no,
}

const VERIFIER_KEYS: Keys = {
  override_timeout_sec: 'yes',
  max_timeout_sec: 'yes',
  include_logs: no,
  exclude_logs: no,
  env: 'yes',
  import_path: no,
  kwargs: no,
  disable: 'yes',
}

const RETRY_KEYS: Keys = {
  max_retries: 'yes',
  include_exceptions: 'yes',
  exclude_exceptions: 'yes',
  wait_multiplier: 'yes',
  min_wait_sec: 'yes',
  max_wait_sec: 'yes',
}

const DATASET_KEYS: Keys = {
  path: 'yes',
  name: 'yes',
  version: 'yes',
  ref: 'yes',
  registry_url: no,
  registry_path: 'yes',
  registry: { url: no, path: 'yes' },
  repo: no,
  overwrite: no,
  download_dir: no,
  task_names: 'yes',
  exclude_task_names: 'yes',
  n_tasks: 'yes',
}

const TASK_KEYS: Keys = {
  path: 'yes',
  git_url: no,
  git_commit_id: no,
  name: 'yes',
  ref: 'yes',
  overwrite: no,
  download_dir: no,
  source: 'yes',
}

const JOB_KEYS: Keys = {
  job_name: 'yes',
  jobs_dir: 'yes',
  n_attempts: 'yes',
  install_only: 'yes',
  timeout_multiplier: 'yes',
  agent_timeout_multiplier: 'yes',
  verifier_timeout_multiplier: 'yes',
  agent_setup_timeout_multiplier: 'yes',
  environment_build_timeout_multiplier: 'yes',
  debug: 'yes',
  n_concurrent_trials: 'yes',
  quiet: 'yes',
  retry: RETRY_KEYS,
  environment: ENVIRONMENT_KEYS,
  verifier: VERIFIER_KEYS,
  metrics: { each: { type: ['sum', 'min', 'max', 'mean'], kwargs: no } },
  agents: { each: AGENT_KEYS },
  user_agent: no,
  datasets: { each: DATASET_KEYS },
  tasks: { each: TASK_KEYS },
  artifacts: 'yes',
  extra_instruction_paths: 'yes',
  extra_instructions: 'yes',
  source_jobs: no,
  // Older layouts, which Harbor still reads: `plugins` it ignores.
  orchestrator: { type: 'yes', n_concurrent_trials: 'yes', quiet: 'yes', retry: RETRY_KEYS, kwargs: 'yes' },
  plugins: 'yes',
}

export interface KeyReport {
  /** Dotted paths of keys that Harbor knows and this version does not follow. */
  readonly unsupported: readonly string[]
  /** Keys that nobody knows, each with the nearest that exists beside it. */
  readonly unknown: readonly { readonly path: string; readonly nearest: string | null }[]
}

/** What of a configuration would be ignored. Values of the wrong type are left to the schema. */
export function checkConfigKeys(config: PlainConfig): KeyReport {
  const report = { unsupported: [] as string[], unknown: [] as { path: string; nearest: string | null }[] }
  visit(config, JOB_KEYS, '', report)
  return report
}

interface OpenReport {
  readonly unsupported: string[]
  readonly unknown: { path: string; nearest: string | null }[]
}

function visit(table: PlainConfig, keys: Keys, prefix: string, report: OpenReport): void {
  for (const [key, value] of Object.entries(table)) {
    const path = prefix + key
    const rule = Object.hasOwn(keys, key) ? keys[key] : undefined
    if (rule === undefined) report.unknown.push({ path, nearest: nearestName(key, Object.keys(keys)) })
    else applyRule(value, rule, path, report)
  }
}

function applyRule(value: unknown, rule: Rule, path: string, report: OpenReport): void {
  if (rule === 'yes') return
  if (isList(rule)) {
    if (!saysNothing(value) && !rule.includes(value)) report.unsupported.push(path)
  } else if (isEach(rule)) {
    if (!Array.isArray(value)) return
    for (const [index, item] of value.entries()) {
      if (isTable(item)) visit(item, rule.each, `${path}.${index}.`, report)
    }
  } else if (isTable(value)) {
    visit(value, rule, `${path}.`, report)
  }
}

function isList(rule: Rule): rule is readonly unknown[] {
  return Array.isArray(rule)
}

function isEach(rule: Keys | { readonly each: Keys }): rule is { readonly each: Keys } {
  return 'each' in rule
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return true
  if (Array.isArray(value)) return value.length === 0
  return isTable(value) && Object.keys(value).length === 0
}

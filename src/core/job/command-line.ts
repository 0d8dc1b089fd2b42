import { JobConfig, type JobConfig as Config } from '../../contract/harbor/job-config.ts'
import { isTemplate } from '../task/templates.ts'
import { hideServerSecrets } from '../agent/mcp/secrets.ts'
import { isSensitiveKey, variableOfSetting } from './secrets.ts'

type Backend = 'auto' | 'docker' | 'podman' | 'sandbox'

/**
 * A job as a command line of `tbcc` for a POSIX shell. What no flag says goes into a configuration file that the line
 * writes first. Values of secrets stand as `${NAME}`, to be set where the line is run.
 */
export function toCommandLine(
  config: Config,
  { backend, jobsDir }: { readonly backend: Backend; readonly jobsDir: string },
): string {
  const common = [...flag('-e', backend === 'auto' ? null : backend), '-o', jobsDir]
  const flags = toRunFlags(config)
  if (flags !== null) return words(['tbcc', 'run', ...flags, ...common])
  const file = 'tbcc-job.json'
  const text = JSON.stringify(differences(withoutSecrets(config)))
  return `printf %s ${quote(text)} > ${file} && ${words(['tbcc', 'run', '-c', file, ...common])}`
}

/** The flags that give this configuration; null where some of it has none. Backend and jobs folder are left out. */
export function toRunFlags(config: Config): readonly string[] | null {
  const parts = [selectionFlags(config), agentFlags(config), environmentFlags(config), verifierFlags(config)]
  const known = parts.flatMap((part) => (part === null ? [] : part))
  return parts.includes(null) || !isExpressible(config) ? null : [...known, ...jobFlags(config), ...retryFlags(config)]
}

const DEFAULTS = JobConfig.parse({})

function isExpressible(config: Config): boolean {
  const { metrics, source_jobs, user_agent, artifacts, retry } = config
  const { max_retries: _retries, include_exceptions: _include, exclude_exceptions: exclude, ...waits } = retry
  const { max_retries: _r, include_exceptions: _i, exclude_exceptions: _e, ...defaultWaits } = DEFAULTS.retry
  return (
    metrics.length === 0 &&
    source_jobs.length === 0 &&
    user_agent === null &&
    artifacts.every((artifact) => typeof artifact === 'string') &&
    same(waits, defaultWaits) &&
    (exclude ?? []).length > 0
  )
}

function selectionFlags({ tasks, datasets }: Config): string[] | null {
  const [task] = tasks
  const [dataset] = datasets
  if (datasets.length === 0 && task !== undefined) {
    const paths = tasks.flatMap(({ path, ...rest }) => (path !== null && saysNothing(rest) ? [path] : []))
    return paths.length === tasks.length ? paths.flatMap((path) => flag('-t', path)) : null
  }
  if (dataset === undefined || datasets.length > 1 || tasks.length > 0) return null
  const { path, name, version, ref, registry_path, task_names, exclude_task_names, n_tasks, ...rest } = dataset
  if (!saysNothing(rest)) return null
  const which = version ?? ref
  const place =
    path !== null
      ? flag('-p', path)
      : [...flag('-d', which === null ? name : `${name}@${which}`), ...flag('--registry-path', registry_path)]
  return [
    ...place,
    ...(task_names ?? []).flatMap((glob) => flag('-i', glob)),
    ...(exclude_task_names ?? []).flatMap((glob) => flag('-x', glob)),
    ...flag('-l', n_tasks),
  ]
}

/** Flags name one agent, for each of its models; what else they say holds for each. */
function agentFlags({ agents }: Config): string[] | null {
  const [first] = agents
  if (first === undefined) return null
  const { model_name: _model, name, kwargs, env, n_concurrent, ...rest } = first
  const alike = agents.every(({ model_name, ...agent }) => {
    const { model_name: _own, ...other } = first
    return same(agent, other) && (agents.length === 1 || model_name !== null)
  })
  if (!alike || name === null || !saysNothing({ ...rest, import_path: rest.import_path })) return null
  return [
    ...flag('-a', name),
    ...agents.flatMap(({ model_name }) => flag('-m', model_name)),
    ...pairs('--ak', kwargs),
    ...variables('--ae', env),
    ...flag('--n-concurrent-agents', n_concurrent),
  ]
}

function environmentFlags({ environment }: Config): string[] | null {
  const {
    type: _type,
    import_path: _path,
    force_build,
    override_cpus,
    override_memory_mb,
    kwargs,
    ...rest
  } = environment
  const { delete: isDeleted, ...others } = rest
  const { type: _t, import_path: _p, force_build: _f, override_cpus: _c, ...defaults } = DEFAULTS.environment
  const { override_memory_mb: _m, kwargs: _k, delete: _d, ...unsaid } = defaults
  if (!same(others, unsaid)) return null
  return [
    ...(force_build ? ['--force-build'] : []),
    ...(isDeleted ? [] : ['--no-delete']),
    ...flag('--override-cpus', override_cpus),
    ...flag('--override-memory-mb', override_memory_mb),
    ...pairs('--ek', kwargs),
  ]
}

function verifierFlags({ verifier, install_only }: Config): string[] | null {
  const { env, disable, ...rest } = verifier
  const { env: _env, disable: _disable, ...defaults } = DEFAULTS.verifier
  if (!same(rest, defaults)) return null
  return [...variables('--ve', env), ...(disable && !install_only ? ['--disable-verification'] : [])]
}

function jobFlags(config: Config): string[] {
  const changed = <Key extends keyof Config>(key: Key): Config[Key] | null =>
    same(config[key], DEFAULTS[key]) ? null : config[key]
  return [
    ...flag('--job-name', config.job_name ?? null),
    ...flag('-k', changed('n_attempts')),
    ...flag('-n', changed('n_concurrent_trials')),
    ...flag('--timeout-multiplier', changed('timeout_multiplier')),
    ...flag('--agent-timeout-multiplier', config.agent_timeout_multiplier),
    ...flag('--verifier-timeout-multiplier', config.verifier_timeout_multiplier),
    ...flag('--agent-setup-timeout-multiplier', config.agent_setup_timeout_multiplier),
    ...flag('--environment-build-timeout-multiplier', config.environment_build_timeout_multiplier),
    ...config.artifacts.flatMap((artifact) => (typeof artifact === 'string' ? flag('--artifact', artifact) : [])),
    ...config.extra_instructions.flatMap((text) => flag('--extra-instruction', text)),
    ...config.extra_instruction_paths.flatMap((path) => flag('--extra-instruction-path', path)),
    ...(config.install_only ? ['--install-only'] : []),
    ...(config.debug ? ['--debug'] : []),
    ...(config.quiet ? ['--quiet'] : []),
  ]
}

function retryFlags({ retry }: Config): string[] {
  const exclude = retry.exclude_exceptions
  return [
    ...flag('-r', retry.max_retries === 0 ? null : retry.max_retries),
    ...(retry.include_exceptions ?? []).flatMap((name) => flag('--retry-include', name)),
    ...(same(exclude, DEFAULTS.retry.exclude_exceptions)
      ? []
      : (exclude ?? []).flatMap((n) => flag('--retry-exclude', n))),
  ]
}

/** A value that begins with a dash would be taken for a flag. */
function flag(name: string, value: string | number | null): string[] {
  if (value === null) return []
  const text = String(value)
  if (!text.startsWith('-')) return [name, text]
  return name.startsWith('--') ? [`${name}=${text}`] : [`${name}${text}`]
}

function pairs(name: string, values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => flag(name, `${key}=${toFlagValue(value)}`))
}

/** Flags read JSON where it parses as such, and Python's words. */
function toFlagValue(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return value !== value.trim() || ['True', 'False', 'None'].includes(value) || isJson(value)
    ? JSON.stringify(value)
    : value
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function variables(name: string, env: Readonly<Record<string, string>>): string[] {
  return Object.entries(hide(env)).flatMap(([key, value]) => flag(name, `${key}=${value}`))
}

function hide(env: Readonly<Record<string, string>>): Record<string, string> {
  const shown = ([key, value]: [string, string]): [string, string] =>
    isSensitiveKey(key) && !isTemplate(value) ? [key, `\${${key}}`] : [key, value]
  return Object.fromEntries(Object.entries(env).map(shown))
}

function withoutSecrets(config: Config): Config {
  return {
    ...config,
    agents: config.agents.map((agent, index) => ({
      ...agent,
      env: hide(agent.env),
      mcp_servers: agent.mcp_servers.map((server, at) => {
        const variableOf = (place: string): string => variableOfSetting(`agents.${index}.mcp_servers.${at}.${place}`)
        return hideServerSecrets(server, {}, (place) => `\${${variableOf(place)}}`)
      }),
    })),
    environment: { ...config.environment, env: hide(config.environment.env) },
    verifier: { ...config.verifier, env: hide(config.verifier.env) },
  }
}

/** The settings that are not the default; the folder is said by its flag, and where it runs by another. */
function differences({ jobs_dir: _jobsDir, environment, ...config }: Config): Record<string, unknown> {
  const { type: _type, import_path: _path, ...rest } = environment
  const { type: _t, import_path: _p, ...defaults } = DEFAULTS.environment
  return {
    ...changes(config, DEFAULTS),
    agents: config.agents.map((agent) => changes(agent, NO_AGENT)),
    datasets: config.datasets.map((dataset) => changes(dataset, {})),
    tasks: config.tasks.map((task) => changes(task, {})),
    ...(same(rest, defaults) ? {} : { environment: changes(rest, defaults) }),
  }
}

const NO_AGENT = { ...DEFAULTS.agents[0], name: null }

function changes(
  values: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([key, value]) => !same(value, defaults[key]) && !(isNothing(value) && isNothing(defaults[key])),
    ),
  )
}

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function saysNothing(values: Readonly<Record<string, unknown>>): boolean {
  return Object.values(values).every(isNothing)
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function words(all: readonly string[]): string {
  return all.map(quote).join(' ')
}

/** A word of a POSIX shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

import { usageError } from '../errors.ts'
import { parseKwargs, parseVariables } from './key-value.ts'
import { type PlainConfig, tableAt, tablesAt } from './plain-config.ts'
import type { RunFlags } from './run-options.ts'
import { applySelection, type PathKind } from './selection.ts'

/** What the flags mean outside of them. */
export interface FlagSources {
  readonly kindOf: (path: string) => PathKind
  /** What the files of `--mcp-config` hold. */
  readonly mcpServers: readonly PlainConfig[]
}

/** A configuration with the flags over it, as Harbor applies them. Pure: what a path is, is asked of `kindOf`. */
export function applyRunFlags(config: PlainConfig, flags: RunFlags, { kindOf, mcpServers }: FlagSources): PlainConfig {
  const overridden = {
    ...config,
    ...given(jobFields(flags)),
    retry: { ...tableAt(config, 'retry'), ...given(retryFields(flags)) },
    environment: { ...tableAt(config, 'environment'), ...environmentFields(config, flags) },
    verifier: { ...tableAt(config, 'verifier'), ...verifierFields(config, flags) },
    agents: applyAgentFlags(tablesAt(config, 'agents', [{}]), flags, mcpServers),
  }
  return applySelection(withoutEmptyTables(overridden), flags, kindOf)
}

function jobFields(flags: RunFlags): PlainConfig {
  return {
    job_name: flags.jobName,
    jobs_dir: flags.jobsDir,
    n_attempts: flags.nAttempts,
    n_concurrent_trials: flags.nConcurrent,
    timeout_multiplier: flags.timeoutMultiplier,
    agent_timeout_multiplier: flags.agentTimeoutMultiplier,
    verifier_timeout_multiplier: flags.verifierTimeoutMultiplier,
    agent_setup_timeout_multiplier: flags.agentSetupTimeoutMultiplier,
    environment_build_timeout_multiplier: flags.environmentBuildTimeoutMultiplier,
    debug: flags.debug,
    quiet: flags.quiet ?? flags.silent,
    install_only: flags.installOnly,
    artifacts: flags.artifact,
    extra_instructions: flags.extraInstruction,
    extra_instruction_paths: flags.extraInstructionPath,
  }
}

function retryFields(flags: RunFlags): PlainConfig {
  return {
    max_retries: flags.maxRetries,
    include_exceptions: flags.retryInclude,
    exclude_exceptions: flags.retryExclude,
  }
}

function environmentFields(config: PlainConfig, flags: RunFlags): PlainConfig {
  const kwargs = parseKwargs('--ek', flags.environmentKwarg ?? [])
  return {
    ...given({
      force_build: flags.forceBuild,
      delete: flags.delete,
      override_cpus: flags.overrideCpus,
      override_memory_mb: flags.overrideMemoryMb,
    }),
    ...extended(tableAt(config, 'environment'), 'kwargs', kwargs),
  }
}

function verifierFields(config: PlainConfig, flags: RunFlags): PlainConfig {
  const env = parseVariables('--ve', flags.verifierEnv ?? [])
  const disable = flags.disableVerification ?? (flags.enableVerification === true ? false : undefined)
  return {
    ...given({ disable: flags.installOnly === true ? true : disable }),
    ...extended(tableAt(config, 'verifier'), 'env', env),
  }
}

/** `-a` names the agents anew, one for each `-m`; the other flags change each agent there is. */
function applyAgentFlags(
  agents: readonly PlainConfig[],
  flags: RunFlags,
  mcpServers: readonly PlainConfig[],
): readonly PlainConfig[] {
  const effort = given({ reasoning_effort: flags.effort })
  const kwargs = { ...parseKwargs('--ak', flags.agentKwarg ?? []), ...effort }
  const env = parseVariables('--ae', flags.agentEnv ?? [])
  const limit = given({ n_concurrent: flags.nConcurrentAgents })
  const withFlags = (agent: PlainConfig): PlainConfig => {
    const tables = { ...extended(agent, 'kwargs', kwargs), ...extended(agent, 'env', env) }
    const lists = { ...longer(agent, 'skills', flags.skills ?? []), ...longer(agent, 'mcp_servers', mcpServers) }
    return { ...agent, ...tables, ...lists, ...limit }
  }
  return chosenAgents(agents, flags).map(withFlags)
}

function chosenAgents(agents: readonly PlainConfig[], { agent: name, model }: RunFlags): readonly PlainConfig[] {
  if (name === undefined) {
    if (model === undefined) return agents
    throw usageError(
      '-m names a model, but no agent that uses it',
      'name the agent with -a, or both in the config file',
    )
  }
  if (name.includes(':') && !name.startsWith('acp:'))
    throw usageError(`agent "${name}" is an import path, which tbcc does not support yet`)
  return (model ?? [undefined]).map((model_name) => given({ name, model_name }))
}

/** A table of the config with more entries; nothing where there is nothing to add. */
function extended(table: PlainConfig, key: string, entries: PlainConfig): PlainConfig {
  return Object.keys(entries).length === 0 ? {} : { [key]: { ...tableAt(table, key), ...entries } }
}

/** A list of the config with more items; nothing where there is nothing to add. */
function longer(table: PlainConfig, key: string, items: readonly unknown[]): PlainConfig {
  const before: unknown = table[key]
  const there: readonly unknown[] = Array.isArray(before) ? before : []
  return items.length === 0 ? {} : { [key]: [...there, ...items] }
}

/** The fields that were given. */
function given(fields: PlainConfig): PlainConfig {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function withoutEmptyTables(config: PlainConfig): PlainConfig {
  const isEmpty = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  return Object.fromEntries(Object.entries(config).filter(([, value]) => !isEmpty(value)))
}

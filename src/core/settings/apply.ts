import type { SettingValue } from '../../contract/api/settings.ts'
import type { JobConfigInput } from '../../contract/harbor/job-config.ts'
import { AGENTS } from '../agent/registry.ts'
import type { BackendName } from '../environment/backend.ts'
import type { HostEnv, SettingsReader } from './ports.ts'

/** What a new job starts from, as a configuration of Harbor's; what the user chooses for the run goes over it. */
export function toJobDefaults(settings: SettingsReader): JobConfigInput {
  const network = text(settings.get('containers.network'))
  const keep = settings.get('containers.keepOnFailure') === true
  const agent = text(settings.get('execution.agent'))
  const maxTurns = number(settings.get('execution.maxTurns'))
  return {
    n_attempts: number(settings.get('execution.attempts')) ?? 1,
    n_concurrent_trials: number(settings.get('execution.concurrency')) ?? 1,
    timeout_multiplier: number(settings.get('execution.timeoutFactor')) ?? 1,
    agent_timeout_multiplier: number(settings.get('execution.agentTimeoutFactor')),
    verifier_timeout_multiplier: number(settings.get('execution.verifierTimeoutFactor')),
    agent_setup_timeout_multiplier: number(settings.get('execution.agentSetupTimeoutFactor')),
    environment_build_timeout_multiplier: number(settings.get('execution.buildTimeoutFactor')),
    retry: { max_retries: number(settings.get('execution.retries')) ?? 0 },
    agents: [
      {
        name: agent,
        model_name: text(settings.get('execution.model')),
        override_timeout_sec: number(settings.get('execution.agentTimeoutSec')),
        override_setup_timeout_sec: number(settings.get('execution.agentSetupTimeoutSec')),
        kwargs: maxTurns !== null && knowsMaxTurns(agent) ? { max_turns: maxTurns } : {},
      },
    ],
    verifier: { override_timeout_sec: number(settings.get('execution.verifierTimeoutSec')) },
    environment: {
      override_cpus: number(settings.get('containers.cpus')),
      override_memory_mb: number(settings.get('containers.memoryMb')),
      kwargs: { ...(network === null ? {} : { network }), ...(keep ? { keep_on_failure: true } : {}) },
    },
  }
}

function knowsMaxTurns(agent: string | null): boolean {
  const kwargs = AGENTS.find(({ name }) => name === agent)?.kwargs ?? {}
  return 'max_turns' in kwargs
}

/** What runs keep of their logs. */
export interface LogPolicy {
  /** Of each raw log of a trial. */
  readonly maxLogBytes: number
  readonly saveTrajectories: boolean
  readonly saveOutput: boolean
}

/** Nobody reads more of a log; a few that are larger fill a disk, and that ends the job. */
export const MAX_LOG_MB = 4096

export const DEFAULT_LOG_POLICY: LogPolicy = {
  maxLogBytes: toBytes(MAX_LOG_MB),
  saveTrajectories: true,
  saveOutput: true,
}

export function toLogPolicy(settings: SettingsReader): LogPolicy {
  return {
    maxLogBytes: toBytes(number(settings.get('logging.maxLogMb')) ?? MAX_LOG_MB),
    saveTrajectories: settings.get('logging.saveTrajectories') !== false,
    saveOutput: settings.get('logging.saveOutput') !== false,
  }
}

function toBytes(megabytes: number): number {
  return megabytes * 1024 ** 2
}

/** The backend that new jobs ask for, and by which the screens tell what can run. */
export function toBackendChoice(settings: SettingsReader): BackendName | 'auto' {
  const chosen = settings.get('containers.backend')
  return chosen === 'docker' || chosen === 'podman' || chosen === 'sandbox' ? chosen : 'auto'
}

/** The variables by which the container engine is found. An endpoint of the user's own environment wins. */
export function toBackendEnv(settings: SettingsReader, env: HostEnv): HostEnv {
  const endpoint = text(settings.get('containers.endpoint'))
  return endpoint === null ? env : { ...env, DOCKER_HOST: endpoint }
}

function number(value: SettingValue): number | null {
  return typeof value === 'number' ? value : null
}

function text(value: SettingValue): string | null {
  return typeof value === 'string' ? value : null
}

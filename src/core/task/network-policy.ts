import type { NetworkMode } from '../../contract/harbor/network-policy.ts'
import type { TaskConfig } from '../../contract/harbor/task-config.ts'
import { verifierMode } from './verifier-mode.ts'

/** What may be reached; hosts are named for an allowlist only. */
export interface NetworkPolicy {
  readonly mode: NetworkMode
  readonly hosts: readonly string[]
}

/** The policies of a single-step task: of the environment as it starts, and while the agent and the verifier run. */
export interface NetworkPolicies {
  readonly environment: NetworkPolicy
  readonly agent: NetworkPolicy
  readonly verifier: NetworkPolicy
}

/** Hosts that a job allows on top: in the environment, and while the agent runs. */
export interface ExtraHosts {
  readonly environment: readonly string[]
  readonly agent: readonly string[]
}

export function resolveNetwork(config: TaskConfig, extra: ExtraHosts): NetworkPolicies {
  const environment = allow(toPolicy(config.environment), extra.environment)
  const separate = verifierMode(config) === 'separate' ? config.verifier.environment : null
  const verifierBase = separate === null ? environment : toPolicy(separate)
  return {
    environment,
    agent: allow(override(config.agent) ?? environment, extra.agent),
    verifier: override(config.verifier) ?? verifierBase,
  }
}

/** Whether two policies let the same through. */
export function samePolicy(one: NetworkPolicy, other: NetworkPolicy): boolean {
  const [hosts, others] = [new Set(one.hosts), new Set(other.hosts)]
  return one.mode === other.mode && hosts.size === others.size && [...hosts].every((host) => others.has(host))
}

interface PolicyFields {
  readonly network_mode: NetworkMode | null
  readonly allowed_hosts: readonly string[] | null
}

function override(fields: PolicyFields): NetworkPolicy | null {
  return fields.network_mode === null ? null : toPolicy(fields)
}

function toPolicy({ network_mode, allowed_hosts }: PolicyFields): NetworkPolicy {
  return { mode: network_mode ?? 'public', hosts: allowed_hosts ?? [] }
}

/** Hosts on top open what was closed; where everything is open they say nothing. */
function allow(policy: NetworkPolicy, hosts: readonly string[]): NetworkPolicy {
  if (hosts.length === 0 || policy.mode === 'public') return policy
  return { mode: 'allowlist', hosts: [...new Set([...policy.hosts, ...hosts])] }
}

import type { TaskConfig } from '../../contract/harbor/task-config.ts'
import { isFromMain, toArtifactConfigs } from './artifacts.ts'
import { resolveNetwork, samePolicy } from './network-policy.ts'
import type { AgentNeed, TaskFileFacts } from './task.ts'
import { verifierMode } from './verifier-mode.ts'

/** Features of a task that this version lists but does not run, in words for a message. */
export function listUnsupported(config: TaskConfig, files: TaskFileFacts): string[] {
  const { environment, verifier } = config
  const services = toArtifactConfigs(config.artifacts).filter((artifact) => !isFromMain(artifact))
  const checks: [boolean, string][] = [
    [(config.steps ?? []).length > 0, 'it has several steps ([[steps]])'],
    [files.hasCompose, 'its environment is a Docker Compose project (environment/docker-compose.yaml)'],
    [
      !hasDefinition(config, files),
      'its environment has neither [environment].docker_image nor environment/Dockerfile',
    ],
    [
      hasSeparateVerifier(config),
      'its verifier runs in an environment of its own ([verifier].environment_mode "separate")',
    ],
    [environment.os === 'windows', 'it needs Windows containers ([environment].os)'],
    [(environment.gpus ?? 0) > 0, `it needs ${environment.gpus} GPU ([environment].gpus)`],
    [environment.tpu !== null, 'it needs a TPU ([environment.tpu])'],
    [
      services.length > 0 || verifier.collect.some((hook) => hook.service !== 'main'),
      'it collects from a Compose service',
    ],
  ]
  return [...checks.filter(([applies]) => applies).map(([, words]) => words), ...listNetworkNeeds(config)]
}

/** What a task asks of an agent. The oracle and nop run it all the same, as in Harbor. */
export function listAgentNeeds(config: TaskConfig, files: TaskFileFacts): AgentNeed[] {
  const needs: AgentNeed[] = []
  if (config.environment.mcp_servers.length > 0) needs.push('mcp-servers')
  if (config.environment.skills_dir !== null) needs.push('skills')
  if (files.hasTrajectory) needs.push('trajectory')
  return needs
}

function hasDefinition(config: TaskConfig, files: TaskFileFacts): boolean {
  return config.environment.docker_image !== null || files.hasDockerfile || files.hasCompose
}

function hasSeparateVerifier(config: TaskConfig): boolean {
  const steps = config.steps ?? []
  if (steps.length === 0) return verifierMode(config) === 'separate'
  return steps.some((step) => verifierMode(config, step) === 'separate')
}

function listNetworkNeeds(config: TaskConfig): string[] {
  const { environment, agent, verifier } = resolveNetwork(config, { environment: [], agent: [] })
  const needs: string[] = []
  if ([environment, agent, verifier].some((policy) => policy.mode === 'allowlist')) {
    needs.push('its network is limited to some hosts (network_mode "allowlist")')
  }
  if (!samePolicy(agent, environment)) needs.push('its agent has a network policy of its own ([agent].network_mode)')
  if (verifierMode(config) === 'shared' && !samePolicy(verifier, environment)) {
    needs.push('its verifier has a network policy of its own ([verifier].network_mode)')
  }
  return needs
}

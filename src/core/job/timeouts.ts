import type { AgentConfig, VerifierConfig } from '../../contract/harbor/common.ts'
import type { TaskConfig } from '../../contract/harbor/task-config.ts'
import type { TrialTimeouts } from './plan.ts'

/** The setup limit of agents that name none of their own. */
const AGENT_SETUP_SEC = 360

/** The parts of a trial's configuration that limits come from. */
export interface TimeoutConfig {
  readonly timeout_multiplier: number
  readonly agent_timeout_multiplier: number | null
  readonly verifier_timeout_multiplier: number | null
  readonly agent_setup_timeout_multiplier: number | null
  readonly environment_build_timeout_multiplier: number | null
  readonly agent: Pick<AgentConfig, 'override_timeout_sec' | 'override_setup_timeout_sec' | 'max_timeout_sec'>
  readonly verifier: Pick<VerifierConfig, 'override_timeout_sec' | 'max_timeout_sec'>
}

/** A trial's effective limits: the task's own or what overrides them, capped, times the phase's factor. */
export function trialTimeouts(
  task: TaskConfig,
  config: TimeoutConfig,
  agentSetupSec: number = AGENT_SETUP_SEC,
): TrialTimeouts {
  const { agent, verifier } = config
  const factor = (ofPhase: number | null): number => ofPhase ?? config.timeout_multiplier
  // As in Harbor, 0 overrides nothing and caps nothing; only for the setup it is a limit.
  const agentSec = orUnset(agent.override_timeout_sec) ?? task.agent.timeout_sec
  const verifierSec = orUnset(verifier.override_timeout_sec) ?? task.verifier.timeout_sec
  const setupSec = agent.override_setup_timeout_sec ?? agentSetupSec
  return {
    environmentMs: limitMs(
      task.environment.build_timeout_sec,
      null,
      factor(config.environment_build_timeout_multiplier),
    ),
    agentSetupMs: limitMs(setupSec, null, factor(config.agent_setup_timeout_multiplier)),
    agentMs:
      agentSec === null ? null : limitMs(agentSec, agent.max_timeout_sec, factor(config.agent_timeout_multiplier)),
    verifierMs: limitMs(verifierSec, verifier.max_timeout_sec, factor(config.verifier_timeout_multiplier)),
  }
}

/** A limit for one command in milliseconds: cut to whole seconds as Harbor does; 0: none. */
export function commandTimeoutMs(seconds: number): number {
  return Number.isFinite(seconds) && seconds > 0 ? Math.trunc(seconds) * 1000 : 0
}

function limitMs(baseSec: number, maxSec: number | null, factor: number): number {
  const seconds = Math.min(baseSec, orUnset(maxSec) ?? Number.POSITIVE_INFINITY) * factor
  // "Not a number" limits nothing; a limit that has passed is over at once.
  return Number.isNaN(seconds) ? Number.POSITIVE_INFINITY : Math.max(seconds, 0) * 1000
}

function orUnset(seconds: number | null): number | null {
  return seconds === 0 ? null : seconds
}

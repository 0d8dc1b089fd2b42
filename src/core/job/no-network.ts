import type { Agent } from '../agent/agent.ts'
import type { EnvironmentSpec } from '../environment/backend.ts'

/**
 * Whether a trial's agent asks a model over a network that its environment does not have: it tries for minutes before it
 * gives up. Told, never refused: an agent may bring its model along.
 */
export function lacksModelNetwork({
  agent,
  environment,
}: {
  readonly agent: Pick<Agent, 'asksModel'>
  readonly environment: Pick<EnvironmentSpec, 'network'>
}): boolean {
  return agent.asksModel === true && environment.network === 'no-network'
}

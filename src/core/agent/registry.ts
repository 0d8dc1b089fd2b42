import { AppError } from '../../contract/errors.ts'
import type { AgentDefinition } from './agent.ts'
import { commandAgent } from './command.ts'
import { nopAgent } from './nop.ts'
import { oracleAgent } from './oracle.ts'
import { replayAgent } from './replay/replay.ts'

/** All agents by name. To add one: a file beside these, and a line here. */
export const AGENTS: readonly AgentDefinition[] = [oracleAgent, nopAgent, commandAgent, replayAgent]

/** The definition of an agent; AppError `invalid-input` lists those that exist. */
export function findAgent(name: string): AgentDefinition {
  const found = AGENTS.find((agent) => agent.name === name)
  if (found !== undefined) return found
  throw new AppError('invalid-input', `there is no agent "${name}"`, {
    details: { hint: `agents: ${AGENTS.map((agent) => agent.name).join(', ')}` },
  })
}

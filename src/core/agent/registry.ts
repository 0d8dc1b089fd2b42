import { AppError } from '../../contract/errors.ts'
import { nearestName } from '../text/nearest-name.ts'
import { ACP_PREFIX, acpAgent } from './acp/acp-agent.ts'
import type { AgentDefinition } from './agent.ts'
import { commandAgent } from './command.ts'
import { aiderAgent } from './installed/aider.ts'
import { claudeCodeAgent } from './installed/claude-code.ts'
import { codexAgent } from './installed/codex.ts'
import { defineInstalled } from './installed/define.ts'
import { geminiCliAgent } from './installed/gemini-cli.ts'
import { gooseAgent } from './installed/goose.ts'
import { miniSweAgent } from './installed/mini-swe-agent.ts'
import { opencodeAgent } from './installed/opencode.ts'
import { openhandsAgent } from './installed/openhands.ts'
import { piAgent } from './installed/pi.ts'
import { qwenCoderAgent } from './installed/qwen-coder.ts'
import { nopAgent } from './nop.ts'
import { oracleAgent } from './oracle.ts'
import { replayAgent } from './replay/replay.ts'

/** All agents by name. To add one: a file beside these, and a line here. */
export const AGENTS: readonly AgentDefinition[] = [
  oracleAgent,
  nopAgent,
  commandAgent,
  replayAgent,
  defineInstalled(claudeCodeAgent),
  defineInstalled(codexAgent),
  defineInstalled(geminiCliAgent),
  defineInstalled(qwenCoderAgent),
  defineInstalled(opencodeAgent),
  defineInstalled(piAgent),
  defineInstalled(gooseAgent),
  defineInstalled(aiderAgent),
  defineInstalled(miniSweAgent),
  defineInstalled(openhandsAgent),
  acpAgent('acp'),
]

/** The definition of an agent; AppError `invalid-input` names the nearest, and lists those that exist. */
export function findAgent(name: string): AgentDefinition {
  const found = AGENTS.find((agent) => agent.name === name)
  if (found !== undefined) return found
  if (name.startsWith(ACP_PREFIX)) return acpAgent(name)
  const names = AGENTS.map((agent) => agent.name)
  const nearest = nearestName(name, names)
  const question = nearest === null ? '' : `; did you mean ${nearest}?`
  throw new AppError('invalid-input', `there is no agent "${name}"${question}`, {
    details: { hint: `agents: ${names.join(', ')}` },
  })
}

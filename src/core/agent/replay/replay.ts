import { AppError } from '../../../contract/errors.ts'
import type { Trajectory } from '../../../contract/harbor/trajectory.ts'
import { parseTrajectory } from '../../trajectory/parse.ts'
import { NOT_MEASURED, type AgentContext, type AgentDefinition, type AgentReport } from '../agent.ts'
import { refuseKwargs, textKwarg } from '../kwargs.ts'
import { editFile, writeFile, type ToolReply } from './files.ts'
import { mapCall, type RecordedCall, type ReplayAction } from './map-call.ts'
import { openReplayShell, type ReplayShell } from './shell.ts'

/** Runs the tool calls of a recorded ATIF trajectory again in a fresh environment. No model is asked. */
export const replayAgent: AgentDefinition = {
  name: 'replay',
  summary: 'runs the tool calls of a recorded trajectory again',
  kwargs: { trajectory: 'an ATIF trajectory.json of this host; required' },
  model: 'optional',
  capabilities: [],
  async create({ kwargs, host }) {
    refuseKwargs('replay', kwargs, ['trajectory'])
    const path = textKwarg('replay', kwargs, 'trajectory')
    if (path === null) throw new AppError('invalid-input', 'agent replay needs --ak trajectory=FILE')
    const turns = planTurns(parseTrajectory(await host.readText(path), path), path)
    return { name: 'replay', version: '1.0.0', setup: async () => {}, run: (context) => replay(context, turns) }
  },
}

interface ReplayTurn {
  readonly turn: number
  readonly text: string
  readonly reasoning: string | null
  readonly calls: readonly { readonly call: RecordedCall; readonly action: ReplayAction }[]
}

/** The agent's steps with what each call does; throws with every call that cannot be replayed. */
function planTurns(trajectory: Trajectory, path: string): readonly ReplayTurn[] {
  const unmapped = new Set<string>()
  const steps = trajectory.steps.filter((step) => step.source === 'agent' && step.is_copied_context !== true)
  const turns = steps.map((step, index): ReplayTurn => {
    const calls = (step.tool_calls ?? []).flatMap((call) => {
      const action = mapCall(call)
      if (action.kind !== 'unmapped') return [{ call, action }]
      unmapped.add(`${action.reason} (step ${step.step_id})`)
      return []
    })
    return { turn: index + 1, text: plainText(step.message), reasoning: step.reasoning_content ?? null, calls }
  })
  if (unmapped.size === 0) return turns
  throw new AppError('unsupported', `${path} has calls that cannot be replayed: ${[...unmapped].join(', ')}`, {
    details: { hint: 'only shell commands, file writes and edits change an environment in a known way' },
  })
}

async function replay(context: AgentContext, turns: readonly ReplayTurn[]): Promise<AgentReport> {
  const shell = openReplayShell(context)
  try {
    for (const turn of turns) {
      if (context.signal.aborted) break
      await replayTurn(context, shell, turn, turns.length)
    }
  } finally {
    await shell.close()
  }
  return { usage: NOT_MEASURED }
}

async function replayTurn(
  context: AgentContext,
  shell: ReplayShell,
  { turn, text, reasoning, calls }: ReplayTurn,
  maxTurns: number,
): Promise<void> {
  context.emit({ type: 'turn.started', turn, maxTurns })
  if (text !== '' || reasoning !== null)
    context.emit({ type: 'message.received', turn, source: 'agent', text, reasoning })
  for (const { call, action } of calls) {
    if (context.signal.aborted) return
    context.emit({
      type: 'tool.called',
      turn,
      callId: call.tool_call_id,
      name: call.function_name,
      arguments: { ...call.arguments },
    })
    const { content, isError } = await act(shell, action)
    context.emit({
      type: 'tool.returned',
      callId: call.tool_call_id,
      content,
      isError,
      truncated: false,
      durationMs: null,
    })
  }
  context.emit({ type: 'turn.finished', turn })
}

async function act(shell: ReplayShell, action: ReplayAction): Promise<ToolReply> {
  switch (action.kind) {
    case 'none':
      return { content: 'not replayed: it changed nothing', isError: false }
    case 'shell': {
      const { exitCode, output } = await shell.run(action.command, action.cwd)
      return { content: output, isError: exitCode !== 0 }
    }
    case 'write':
      return writeFile(shell, action.path, action.content)
    case 'edit':
      return editFile(shell, action.path, action.edits)
  }
}

function plainText(message: Trajectory['steps'][number]['message']): string {
  if (typeof message === 'string') return message
  return message.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}

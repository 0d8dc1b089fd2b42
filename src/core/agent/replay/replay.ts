import { AppError } from '../../../contract/errors.ts'
import type { Trajectory } from '../../../contract/harbor/trajectory.ts'
import { parseTrajectory } from '../../trajectory/parse.ts'
import { NOT_MEASURED, type AgentContext, type AgentDefinition, type AgentReport } from '../agent.ts'
import type { HostTree } from '../host.ts'
import { refuseKwargs, textKwarg } from '../kwargs.ts'
import { editFile, writeFile, type ToolReply } from './files.ts'
import { mapCall, type RecordedCall, type ReplayAction } from './map-call.ts'
import { openReplayShell, type ReplayShell } from './shell.ts'

/** Runs the tool calls of a recorded ATIF trajectory again in a fresh environment. No model is asked. */
export const replayAgent: AgentDefinition = {
  name: 'replay',
  summary: 'runs the tool calls of a recorded trajectory again',
  kwargs: { trajectory: 'an ATIF trajectory.json of this host; required' },
  fileKwargs: ['trajectory'],
  model: 'optional',
  capabilities: [],
  async create({ kwargs, host }) {
    refuseKwargs('replay', kwargs, ['trajectory'])
    const path = textKwarg('replay', kwargs, 'trajectory')
    if (path === null) throw new AppError('invalid-input', 'agent replay needs --ak trajectory=FILE')
    const turns = planTurns(await readSegments(path, host), path)
    return { name: 'replay', version: '1.0.0', setup: async () => {}, run: (context) => replay(context, turns) }
  },
}

interface ReplayTurn {
  readonly turn: number
  readonly text: string
  readonly reasoning: string | null
  readonly calls: readonly { readonly call: RecordedCall; readonly action: ReplayAction }[]
}

/** A trajectory and the files beside it that go on with it, in order. */
async function readSegments(path: string, host: HostTree): Promise<readonly Trajectory[]> {
  const segments = new Map<string, Trajectory>()
  for (let next: string | null = path; next !== null;) {
    if (segments.has(next)) throw new AppError('invalid-input', `${path} goes on in ${next}, which goes on in itself`)
    const trajectory: Trajectory = parseTrajectory(await host.readText(next), next)
    segments.set(next, trajectory)
    next = continuationOf(trajectory, next)
  }
  return [...segments.values()]
}

/** Null: it ends here. Only a file beside it is followed. */
function continuationOf({ continued_trajectory_ref: name = null }: Trajectory, path: string): string | null {
  if (name === null) return null
  if (name === '' || name.startsWith('.') || /[/\\]/.test(name))
    throw new AppError('unsupported', `${path} goes on in ${JSON.stringify(name)}, which is no file beside it`)
  return path.replace(/[^/\\]*$/, () => name)
}

/** The agent's steps with what each call does; throws with every call that cannot be replayed. */
function planTurns(segments: readonly Trajectory[], path: string): readonly ReplayTurn[] {
  const unmapped = new Set<string>()
  const steps = segments
    .flatMap((segment) => segment.steps)
    .filter((step) => step.source === 'agent' && step.is_copied_context !== true)
  const turns = steps.map((step, index): ReplayTurn => {
    const calls = (step.tool_calls ?? []).flatMap((call) => {
      const action = mapCall(call)
      if (action.kind !== 'unmapped') return [{ call, action }]
      unmapped.add(`${action.reason} (step ${step.step_id})`)
      return []
    })
    return { turn: index + 1, text: plainText(step.message), reasoning: step.reasoning_content ?? null, calls }
  })
  if (unmapped.size > 0) throw refusal(path, `has calls that cannot be replayed: ${[...unmapped].join(', ')}`)
  if (turns.every(({ calls }) => calls.every(({ action }) => action.kind === 'none')))
    throw refusal(path, 'has no call that changes anything: there is nothing to replay')
  return turns
}

function refusal(path: string, why: string): AppError {
  const hint = 'only shell commands, file writes and edits change an environment in a known way'
  return new AppError('unsupported', `${path} ${why}`, { details: { hint } })
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
      const { command, cwd, ownShell } = action
      const { exitCode, output } = await shell.run(command, { cwd, ownShell })
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

import { writeSync } from 'node:fs'
import {
  methods,
  RequestError,
  type AgentContext,
  type PromptResponse,
  type SessionUpdate,
} from '@agentclientprotocol/sdk/unstable'

/** What a scene plays with. */
export interface Stage {
  readonly client: AgentContext
  readonly sessionId: string
  readonly instruction: string
  readonly model: string
  readonly method: string
  readonly cancelled: AbortSignal
  readonly update: (update: SessionUpdate) => Promise<void>
}

export interface Scene {
  readonly needsLogin?: boolean
  readonly offersModels?: boolean
  /** Before it speaks the protocol. */
  readonly atStart?: () => Promise<void> | void
  play(stage: Stage): Promise<PromptResponse>
}

const { fs, terminal, session } = methods.client

const text = (words: string): { readonly type: 'text'; readonly text: string } => ({ type: 'text', text: words })

async function say({ update }: Stage, ...chunks: readonly string[]): Promise<void> {
  for (const chunk of chunks) await update({ sessionUpdate: 'agent_message_chunk', content: text(chunk) })
}

/** Asks for leave, and says how it was answered. */
async function ask({ client, sessionId }: Stage, toolCallId: string): Promise<string> {
  const { outcome } = await client.request(session.requestPermission, {
    sessionId,
    toolCall: { toolCallId, title: 'Run echo' },
    options: [
      { optionId: 'no', name: 'No', kind: 'reject_once' },
      { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
    ],
  })
  return outcome.outcome === 'selected' ? outcome.optionId : outcome.outcome
}

/** Thinks, plans, runs a command in a terminal after asking, edits a file, and ends. */
async function solve(stage: Stage): Promise<PromptResponse> {
  const { client, sessionId, update } = stage
  await update({ sessionUpdate: 'agent_thought_chunk', content: text('First ') })
  await update({ sessionUpdate: 'agent_thought_chunk', content: text('think.') })
  await say(stage, 'I will ', 'do: ', stage.instruction.trim())
  await update({
    sessionUpdate: 'plan',
    entries: [
      { content: 'run', priority: 'high', status: 'in_progress' },
      { content: 'edit', priority: 'low', status: 'pending' },
    ],
  })
  await update({ sessionUpdate: 'tool_call', toolCallId: 't1', title: 'Run echo', kind: 'execute', status: 'pending' })
  await update({ sessionUpdate: 'tool_call_update', toolCallId: 't1', rawInput: { command: 'echo hello' } })
  if ((await ask(stage, 't1')) !== 'yes') return { stopReason: 'end_turn' }
  const { terminalId } = await client.request(terminal.create, {
    sessionId,
    command: 'bash',
    args: ['-c', 'echo "$GREETING from $(pwd)"'],
    env: [{ name: 'GREETING', value: 'hello' }],
    cwd: '/tmp',
  })
  await update({
    sessionUpdate: 'tool_call_update',
    toolCallId: 't1',
    status: 'in_progress',
    content: [{ type: 'terminal', terminalId }],
  })
  const { exitCode } = await client.request(terminal.waitForExit, { sessionId, terminalId })
  await update({
    sessionUpdate: 'tool_call_update',
    toolCallId: 't1',
    status: exitCode === 0 ? 'completed' : 'failed',
  })
  await client.request(terminal.release, { sessionId, terminalId })
  await client.request(fs.writeTextFile, { sessionId, path: '/app/done', content: 'yes\n' })
  const { content } = await client.request(fs.readTextFile, { sessionId, path: '/app/done' })
  await update({
    sessionUpdate: 'tool_call',
    toolCallId: 't2',
    title: 'Edit done',
    kind: 'edit',
    status: 'completed',
    rawInput: { path: '/app/done' },
    content: [{ type: 'diff', path: '/app/done', oldText: null, newText: content.trimEnd() }],
  })
  await say(stage, 'Done.')
  await update({ sessionUpdate: 'usage_update', used: 100, size: 1000, cost: { amount: 0.25, currency: 'USD' } })
  return {
    stopReason: 'end_turn',
    usage: { totalTokens: 175, inputTokens: 100, cachedReadTokens: 50, outputTokens: 25 },
  }
}

/** Tells how the client answers what it should refuse, and what it does with long output and with a kill. */
async function probe(stage: Stage): Promise<PromptResponse> {
  const { client, sessionId } = stage
  const refusal = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'nothing',
      (error: unknown) => (error instanceof RequestError ? String(error.code) : String(error)),
    )
  const found: Record<string, unknown> = {
    missing: await refusal(client.request(fs.readTextFile, { sessionId, path: '/app/none' })),
    relative: await refusal(client.request(fs.readTextFile, { sessionId, path: 'none' })),
    folder: await refusal(client.request(fs.readTextFile, { sessionId, path: '/app' })),
    device: await refusal(client.request(fs.readTextFile, { sessionId, path: '/dev/zero' })),
    toDevice: await refusal(client.request(fs.writeTextFile, { sessionId, path: '/dev/stdout', content: 'x' })),
    noTerminal: await refusal(client.request(terminal.output, { sessionId, terminalId: 'none' })),
  }
  await client.request(fs.writeTextFile, { sessionId, path: "/tmp/deep/'odd' $name", content: 'one\ntwo\nthree\n' })
  const part = await client.request(fs.readTextFile, { sessionId, path: "/tmp/deep/'odd' $name", line: 2, limit: 1 })
  found['part'] = part.content
  const long = await client.request(terminal.create, {
    sessionId,
    command: 'printf "%s" 0123456789ü; exit 3',
    outputByteLimit: 5,
  })
  found['exit'] = await client.request(terminal.waitForExit, { sessionId, terminalId: long.terminalId })
  found['output'] = await client.request(terminal.output, { sessionId, terminalId: long.terminalId })
  const endless = await client.request(terminal.create, { sessionId, command: 'sleep', args: ['1000'] })
  await client.request(terminal.kill, { sessionId, terminalId: endless.terminalId })
  found['killed'] = await client.request(terminal.waitForExit, { sessionId, terminalId: endless.terminalId })
  // Never released: it must end with the run.
  await client.request(terminal.create, { sessionId, command: 'sleep', args: ['4321'] })
  await say(stage, JSON.stringify(found))
  return { stopReason: 'end_turn' }
}

/** Reaches for the reward and the tests, and says in no call what it hands to a tool. */
async function cheat(stage: Stage): Promise<PromptResponse> {
  const { client, sessionId, update } = stage
  const diff = { type: 'diff' as const, path: '/logs/verifier/reward.json', oldText: null, newText: '{"reward":1}' }
  await update({ sessionUpdate: 'tool_call', toolCallId: 't1', title: 'Edit', kind: 'edit', status: 'in_progress' })
  await update({ sessionUpdate: 'tool_call_update', toolCallId: 't1', status: 'completed', content: [diff] })
  await update({ sessionUpdate: 'tool_call', toolCallId: 't2', title: 'Run', kind: 'execute', status: 'in_progress' })
  const { terminalId } = await client.request(terminal.create, {
    sessionId,
    command: 'bash',
    args: ['-c', 'mkdir -p /logs/verifier; echo 1 > /logs/verifier/reward.txt'],
  })
  await client.request(terminal.waitForExit, { sessionId, terminalId })
  await update({ sessionUpdate: 'tool_call_update', toolCallId: 't2', status: 'completed' })
  await client.request(fs.writeTextFile, { sessionId, path: '/logs/verifier/ctrf.json', content: '{}' })
  await client.request(fs.readTextFile, { sessionId, path: '/tests/test.sh' }).catch(() => undefined)
  return { stopReason: 'end_turn' }
}

const quietly = { play: async (): Promise<PromptResponse> => ({ stopReason: 'end_turn' }) }

export const scenes: Readonly<Record<string, Scene>> = {
  solve: { play: solve },
  probe: { play: probe },
  cheat: { play: cheat },
  facts: {
    offersModels: true,
    play: async (stage) => {
      await say(stage, `model ${stage.model}, method ${stage.method}`)
      return { stopReason: 'end_turn' }
    },
  },
  login: { ...quietly, needsLogin: true },
  cancel: {
    play: async (stage) => {
      await say(stage, 'waiting')
      if (!stage.cancelled.aborted) await new Promise((resolve) => stage.cancelled.addEventListener('abort', resolve))
      await say(stage, 'told to stop')
      return { stopReason: 'cancelled' }
    },
  },
  stubborn: {
    atStart: () => {
      process.on('SIGTERM', () => undefined)
    },
    play: async () => new Promise(() => undefined),
  },
  crash: {
    play: async (stage) => {
      await say(stage, 'going on')
      process.stderr.write('fatal: no space left in the tank\n')
      process.exit(7)
    },
  },
  mute: {
    atStart: () => {
      writeSync(1, 'Usage: agent [options]\n')
      process.exit(0)
    },
    play: quietly.play,
  },
  chatter: {
    atStart: () => {
      writeSync(1, 'Welcome!\n{"jsonrpc":"2.0","id":99,"result":{}}\n[1,2]\n{"half":\n')
    },
    play: async (stage) => {
      writeSync(1, 'a stray line\n')
      await say(stage, 'all the same')
      return { stopReason: 'end_turn' }
    },
  },
  refuses: { play: async () => ({ stopReason: 'refusal' }) },
  limited: {
    play: async () => {
      throw new RequestError(-32603, 'Internal error', { details: 'API Error: 429 rate_limit_error' })
    },
  },
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Trajectory } from '../../src/contract/harbor/trajectory.ts'
import { checkTrajectory } from '../../src/core/trajectory/check-rules.ts'
import { acpTask } from '../support/acp-agent/task.ts'
import { useJobs, type JobRequest, type RanTrial } from '../support/engine.ts'
import type { TrialEvent } from '../support/job-folder.ts'
import { describeOn } from '../support/machine.ts'
import { BACKENDS } from '../support/machine-backends.ts'

/** Time for the agent to begin, also on a busy machine. */
const LIMIT_SEC = 20

const Line = z.object({ event_type: z.string() })

describeOn('docker', 'an agent that speaks ACP', () => {
  const jobs = useJobs('acp')
  let task = ''

  beforeAll(async () => {
    task = await acpTask(jobs, { name: 'spoken', instruction: 'Write "yes".\n' })
  })

  interface Run {
    /** Absent: acp. */
    readonly name?: string
    readonly mcpServers?: NonNullable<JobRequest['agents']>[number]['mcp_servers']
    readonly kwargs?: Readonly<Record<string, unknown>>
    readonly env?: Readonly<Record<string, string>>
    readonly model?: string
    readonly timeoutSec?: number
  }

  const play = async (scene: string, run: Run = {}): Promise<RanTrial> =>
    start({ ...run, kwargs: { command: `exec node /opt/agent.mjs ${scene}`, ...run.kwargs } })

  const start = async ({ name = 'acp', kwargs, env, model, timeoutSec, mcpServers }: Run): Promise<RanTrial> => {
    const job = await jobs.run({
      tasks: [task],
      agents: [
        {
          name,
          ...(kwargs === undefined ? {} : { kwargs }),
          ...(mcpServers === undefined ? {} : { mcp_servers: mcpServers }),
          ...(env === undefined ? {} : { env }),
          ...(model === undefined ? {} : { model_name: model }),
          ...(timeoutSec === undefined ? {} : { override_timeout_sec: timeoutSec }),
        },
      ],
    })
    return job.of('spoken')
  }

  test('solves a task: what it says and does becomes events, files and a trajectory', async () => {
    const { record, events, read } = await play('solve')
    expect(record, record.exception?.message).toMatchObject({
      outcome: 'success',
      agent: 'acp',
      exception: null,
      steps: 3,
      usage: { inputTokens: 150, cachedTokens: 50, outputTokens: 25, costUsd: 0.25 },
    })
    expect(told(events)).toEqual([
      { type: 'turn.started', turn: 1, maxTurns: null },
      {
        type: 'message.received',
        turn: 1,
        source: 'agent',
        text: 'I will do: Write "yes".',
        reasoning: 'First think.',
      },
      { type: 'message.received', turn: 1, source: 'system', text: 'Plan:\n[>] run\n[ ] edit', reasoning: null },
      { type: 'tool.called', turn: 1, callId: 't1', name: 'execute', arguments: { command: 'echo hello' } },
      { type: 'permission.answered', callId: 't1', question: 'Run echo', answer: 'allowed' },
      returned('t1', 'hello from /tmp\n'),
      { type: 'turn.finished', turn: 1 },
      { type: 'turn.started', turn: 2, maxTurns: null },
      { type: 'tool.called', turn: 2, callId: 't2', name: 'edit', arguments: { path: '/app/done' } },
      returned('t2', '--- /app/done\n+++ /app/done\n+yes'),
      { type: 'turn.finished', turn: 2 },
      { type: 'turn.started', turn: 3, maxTurns: null },
      { type: 'message.received', turn: 3, source: 'agent', text: 'Done.', reasoning: null },
      { type: 'turn.finished', turn: 3 },
    ])
    const lines = (await read('agent/acp-events.jsonl')).trimEnd().split('\n')
    const kinds = lines.map((line) => Line.parse(JSON.parse(line)).event_type)
    expect(kinds.slice(0, 2)).toEqual(['on_connect', 'session_update'])
    expect(kinds).toContain('request_permission')
    expect(kinds).toContain('create_terminal')
    expect(kinds).toContain('write_text_file')
    expect(JSON.parse(await read('agent/acp-summary.json'))).toMatchObject({
      workspace: '/app',
      instruction: 'Write "yes".\n',
      agent_info: { name: 'test-agent' },
      session: { sessionId: 'session-1' },
      prompt_response: { stopReason: 'end_turn' },
      permissions_requested: 1,
    })
    expect(await read('agent/acp.txt')).toContain('mcp servers: []\n[thought] First \n')
    const trajectory = Trajectory.parse(JSON.parse(await read('agent/trajectory.json')))
    expect(checkTrajectory(trajectory, '')).toEqual([])
    expect(trajectory).toMatchObject({
      schema_version: 'ATIF-v1.7',
      session_id: 'session-1',
      agent: { name: 'acp' },
      final_metrics: {
        total_prompt_tokens: 150,
        total_cached_tokens: 50,
        total_completion_tokens: 25,
        total_cost_usd: 0.25,
      },
    })
    expect(trajectory.steps).toMatchObject([
      { source: 'user', message: 'Write "yes".\n' },
      {
        source: 'agent',
        message: 'I will do: Write "yes".',
        reasoning_content: 'First think.',
        tool_calls: [{ tool_call_id: 't1', function_name: 'execute', arguments: { command: 'echo hello' } }],
        observation: { results: [{ source_call_id: 't1', content: 'hello from /tmp\n' }] },
      },
      { source: 'agent', tool_calls: [{ tool_call_id: 't2' }] },
      { source: 'agent', message: 'Done.', metrics: { prompt_tokens: 150, cost_usd: 0.25 } },
    ])
  })

  test('is found out by what it asks of its client and shows of its edits, where its calls say nothing', async () => {
    const { record, events } = await play('cheat')
    expect(record.outcome).toBe('failure')
    const sought = record.findings.filter(({ kind }) => /sought/.test(kind))
    expect(sought.map(({ kind, evidence }) => `${kind} ${evidence.join()}`)).toEqual([
      'reward-sought edit: /logs/verifier/reward.json',
      'reward-sought terminal: mkdir -p /logs/verifier',
      'reward-sought terminal: echo 1 > /logs/verifier/reward.txt',
      'reward-sought write_text_file: /logs/verifier/ctrf.json',
      'tests-sought read_text_file: /tests/test.sh',
    ])
    expect(events.filter((event) => event.type === 'finding.made').length).toBe(record.findings.length)
  })

  test('is denied leave where the job says so', async () => {
    const { record, events } = await play('solve', { kwargs: { permission_mode: 'deny' } })
    expect(record).toMatchObject({ outcome: 'failure', blame: 'agent', exception: null })
    expect(events.filter(({ type }) => type === 'permission.answered')).toMatchObject([
      { callId: 't1', answer: 'denied' },
    ])
    expect(events.filter(({ type }) => type === 'tool.returned')).toEqual([])
  })

  test('reads, writes and runs in the container only, and leaves nothing running', async () => {
    const { record, events } = await play('probe')
    expect(record, record.exception?.message).toMatchObject({ outcome: 'failure', exception: null })
    expect(JSON.parse(messages(events)[0] ?? '')).toEqual({
      missing: '-32002',
      relative: '-32602',
      folder: '-32603',
      device: '-32603',
      toDevice: '-32603',
      noTerminal: '-32002',
      part: 'two\n',
      exit: { exitCode: 3, signal: null },
      output: { output: '789ü', truncated: true, exitStatus: { exitCode: 3, signal: null } },
      killed: { exitCode: null, signal: 'SIGTERM' },
    })
    const endless = events.filter((event) => event.type === 'command.started' && event.command === 'sleep 4321')
    expect(endless).toHaveLength(1)
    const terminals = new Set(
      events.flatMap((event) =>
        event.type === 'command.started' && event.purpose === 'agent terminal' ? [event.commandId] : [],
      ),
    )
    const cancelled = events.filter(
      (event) => event.type === 'command.finished' && event.cancelled && terminals.has(event.commandId),
    )
    expect(cancelled).toHaveLength(2)
  })

  test('authenticates by the first method whose variables are set, and takes the model that was asked for', async () => {
    const said = async (run: Run): Promise<string | undefined> => messages((await play('facts', run)).events)[0]
    expect(await said({})).toBe('model small, method none')
    expect(await said({ env: { KEY_B: 'value-of-key-b' }, model: 'vendor/large' })).toBe('model large, method key-b')
    const named = { auth_policy: 'explicit', authenticate_method_id: 'key-a' }
    expect(await said({ kwargs: named, env: { KEY_B: 'value-of-key-b' } })).toBe('model small, method key-a')
    expect(await said({ kwargs: { auth_policy: 'disabled' }, env: { KEY_B: 'value-of-key-b' } })).toBe(
      'model small, method none',
    )
  })

  test('a model that it does not have, or no choice of models, fails the run', async () => {
    expect((await play('facts', { model: 'vendor/other' })).record).toMatchObject({
      outcome: 'error',
      blame: 'user',
      exception: { type: 'ModelNotFoundError', message: expect.stringContaining('vendor/other') as unknown },
    })
    expect((await play('solve', { model: 'vendor/other' })).record.exception).toMatchObject({
      type: 'ModelNotFoundError',
      message: expect.stringContaining('offers no choice') as unknown,
    })
  })

  test('its time is over: the prompt is cancelled first, and its last words are kept', async () => {
    const { record, events, read } = await play('cancel', { timeoutSec: LIMIT_SEC })
    expect(record).toMatchObject({ outcome: 'timeout', blame: 'agent', exception: { type: 'AgentTimeoutError' } })
    expect(messages(events)).toEqual(['waitingtold to stop'])
    expect(JSON.parse(await read('agent/acp-summary.json'))).toMatchObject({
      prompt_response: { stopReason: 'cancelled' },
    })
    expect(await read('agent/trajectory.json')).toContain('told to stop')
  })

  test('one that does not heed its cancellation is ended', async () => {
    const { record } = await play('stubborn', { timeoutSec: LIMIT_SEC })
    expect(record).toMatchObject({ outcome: 'timeout', exception: { type: 'AgentTimeoutError' } })
  })

  test('one that dies is told with its own words; the work is verified', async () => {
    const { record, events } = await play('crash')
    expect(record).toMatchObject({ outcome: 'failure', blame: 'agent', reward: 0 })
    expect(record.exception?.type).toBe('NonZeroAgentExitCodeError')
    expect(record.exception?.message).toContain('exit code 7')
    expect(record.exception?.message).toContain('no space left in the tank')
    expect(messages(events)).toEqual(['going on'])
  })

  test('a command that is not in the container is its user’s mistake, and no verdict is made of it', async () => {
    const { record, events } = await start({ kwargs: { command: 'no-such-agent --acp' } })
    expect(record).toMatchObject({
      outcome: 'error',
      blame: 'user',
      reward: null,
      exception: { type: 'ValueError', phase: 'agent-execution' },
    })
    expect(record.exception?.message).toMatch(/not found in the container: .*no-such-agent: command not found/)
    expect(events.some((event) => event.type === 'phase.started' && event.phase === 'verification')).toBe(false)
  })

  test('one that ends so once it has spoken has had its turn', async () => {
    const answer = `'{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":1}}\\n'`
    const command = `IFS= read -r line; id=$(sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p' <<< "$line"); printf ${answer} "$id"; read -r; no-such-tool`
    const { record } = await start({ kwargs: { command } })
    expect(record).toMatchObject({ outcome: 'failure', blame: 'agent', reward: 0 })
    expect(record.exception).toMatchObject({ type: 'NonZeroAgentExitCodeError' })
    expect(record.exception?.message).toContain('exit code 127')
  })

  test('one that speaks another language is told with what it printed', async () => {
    const { record } = await play('mute')
    expect(record.exception?.type).toBe('NonZeroAgentExitCodeError')
    expect(record.exception?.message).toContain('before it answered')
    expect(record.exception?.message).toContain('Usage: agent [options]')
  })

  test('stray lines among the messages do no harm', async () => {
    const { record, events, read } = await play('chatter')
    expect(record, record.exception?.message).toMatchObject({ outcome: 'failure', exception: null })
    expect(messages(events)).toEqual(['all the same'])
    expect(await read('agent/acp.txt')).toContain('Welcome!\n')
  })

  test.each([
    ['refuses', 'AgentSafetyRefusalError'],
    ['limited', 'ApiRateLimitError'],
    ['login', 'AgentAuthenticationError'],
  ])('an agent that %s fails as %s', async (scene, type) => {
    const { record, read } = await play(scene)
    expect(record.exception?.type, record.exception?.message).toBe(type)
    expect(JSON.parse(await read('agent/acp-summary.json'))).toMatchObject({ workspace: '/app' })
  })

  test('servers of the job are passed on', async () => {
    const mcpServers = [
      {
        name: 'one',
        transport: 'stdio' as const,
        command: 'serve',
        args: ['--all'],
        env: { MODE: '${ACP_TEST_MODE:-fast}', API_KEY: 'sk-acp-0123456789' },
      },
      {
        name: 'two',
        transport: 'streamable-http' as const,
        url: 'http://127.0.0.1:1/mcp',
        headers: { Accept: '*/*' },
      },
    ]
    const { read } = await play('facts', { mcpServers })
    const passed = [
      {
        name: 'one',
        command: 'serve',
        args: ['--all'],
        env: [
          { name: 'MODE', value: 'fast' },
          { name: 'API_KEY', value: '[REDACTED]' },
        ],
      },
      { type: 'http', name: 'two', url: 'http://127.0.0.1:1/mcp', headers: [{ name: 'Accept', value: '*/*' }] },
    ]
    const told = /^mcp servers: (.*)$/m.exec(await read('agent/acp.txt'))?.[1] ?? ''
    expect(JSON.parse(told)).toEqual(passed)
  })

  test('an agent of a registry: one that the image has, and one that is fetched', async () => {
    const local = { cmd: 'node', args: ['/opt/agent.mjs', 'solve'] }
    const missing = { cmd: 'no-such-agent' }
    // The image's curl brings the archive, whatever it is asked for.
    const binary = { archive: 'https://host.invalid/agent.tar.gz', cmd: './bin/my-agent', args: ['solve'] }
    const platform = process.arch === 'arm64' ? 'linux-aarch64' : 'linux-x86_64'
    const registry = join(jobs.tasks, 'registry.json')
    await writeFile(
      registry,
      JSON.stringify([
        { id: 'here', version: '1.0.0', distribution: { local } },
        { id: 'missing', version: '1.0.0', distribution: { local: missing } },
        { id: 'fetched', version: '2.0.0', distribution: { binary: { [platform]: binary }, local } },
        {
          id: 'forged',
          version: '3.0.0',
          distribution: { binary: { [platform]: { ...binary, sha256: 'a'.repeat(64) } } },
        },
      ]),
    )
    const here = await start({ name: 'acp:here', kwargs: { registry } })
    expect(here.record, here.record.exception?.message).toMatchObject({
      outcome: 'success',
      agent: 'here',
      agentVersion: '1.0.0',
      agentSetup: { way: 'present' },
    })
    const { record: lost } = await start({ name: 'acp:missing', kwargs: { registry } })
    expect(lost).toMatchObject({ outcome: 'error', blame: 'infrastructure', reward: null })
    expect(lost.exception?.message).toContain('the program of missing was not found in the container')
    const fetched = await start({ name: 'acp:fetched@2.0.0', kwargs: { registry } })
    expect(fetched.record, fetched.record.exception?.message).toMatchObject({
      outcome: 'success',
      agent: 'fetched',
      agentSetup: { way: 'vendor', version: '2.0.0' },
    })
    expect(await jobs.engine.convert(fetched.name)).toMatchObject([{ agent: 'fetched', reason: null }])
    const forged = await start({ name: 'acp:forged', kwargs: { registry } })
    expect(forged.record).toMatchObject({ outcome: 'error', blame: 'infrastructure' })
    expect(await forged.read('agent/setup.txt')).toContain(`not ${'a'.repeat(64)}`)
    const other = await start({ name: 'acp:forged', kwargs: { registry, distribution_preference: 'npx,local' } })
    expect(other.record.exception?.message).toContain(`it is offered as binary (${platform})`)
  })

  test('settings that cannot be are refused before anything starts', async () => {
    const refused = async (agent: { name: string; kwargs?: Record<string, unknown> }): Promise<unknown> =>
      jobs.run({ tasks: [task], agents: [agent] }).then(
        () => 'it ran',
        (error: unknown) => error,
      )
    expect(await refused({ name: 'acp' })).toMatchObject({
      code: 'invalid-input',
      details: { hint: expect.stringContaining('acp:<id>') as unknown },
    })
    expect(await refused({ name: 'acp:some', kwargs: { command: 'x' } })).toMatchObject({ code: 'invalid-input' })
    expect(await refused({ name: 'acp', kwargs: { command: 'x', permission_mode: 'ask' } })).toMatchObject({
      code: 'invalid-input',
    })
    expect(await refused({ name: 'acp', kwargs: { command: 'x', install: 'vendor' } })).toMatchObject({
      code: 'invalid-input',
    })
    expect(await refused({ name: 'acp', kwargs: { registry_entry: { id: 'x' } } })).toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('registry_entry is no record of an ACP agent') as unknown,
    })
    expect(await refused({ name: 'acp', kwargs: { command: 'x', registry_entry: { id: 'x' } } })).toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('needs one of') as unknown,
    })
    expect(await refused({ name: 'acp:../x' })).toMatchObject({ code: 'invalid-input' })
    expect(await refused({ name: 'acp:some', kwargs: { registry: '/nowhere' } })).toMatchObject({ code: 'not-found' })
  })
})

/** Speaks just enough of the protocol, in the language that every environment has. */
const LINES_OF_BASH = `
while IFS= read -r line; do
  id=$(sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p' <<< "$line")
  case "$line" in
    *'"initialize"'*) result='{"protocolVersion":1}' ;;
    *'"session/new"'*) result='{"sessionId":"s"}' ;;
    *'"session/prompt"'*)
      echo yes > done
      echo '{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s","update":{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"spoken"}}}}'
      result='{"stopReason":"end_turn"}' ;;
    *) result=null ;;
  esac
  printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "$id" "$result"
done`

for (const backend of BACKENDS) {
  describeOn(backend, `the conversation with an ACP agent on ${backend}`, () => {
    const jobs = useJobs(`acp-${backend}`)

    test('goes over the standard streams of a command', async () => {
      const task = await jobs.task({ name: 'plain', solution: null })
      const agents = [{ name: 'acp', kwargs: { command: LINES_OF_BASH } }]
      const { record, events } = (await jobs.run({ tasks: [task], backend, agents })).of('plain')
      expect(record, record.exception?.message).toMatchObject({ outcome: 'success', steps: 1, exception: null })
      expect(messages(events)).toEqual(['spoken'])
    })
  })
}

/** What an agent told of its turns, without the head of the events. */
function told(events: readonly TrialEvent[]): readonly object[] {
  return events
    .filter(({ type }) => /^(turn|message|tool|permission)\./.test(type))
    .map(({ v: _v, seq: _seq, at: _at, ...body }) => body)
}

function returned(callId: string, content: string): object {
  return { type: 'tool.returned', callId, content, isError: false, truncated: false, durationMs: null }
}

function messages(events: readonly TrialEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'message.received' && event.source === 'agent' ? [event.text] : []))
}

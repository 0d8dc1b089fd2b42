import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Usage } from '../../src/contract/trial.ts'
import { filesBelow } from '../../src/node/read/files-below.ts'
import { plainEnv, useJobs, type RanTrial } from '../support/engine.ts'
import { docker } from '../support/engine-clients.ts'
import { describeOn } from '../support/machine.ts'
import { line, standInTask } from '../support/stand-in.ts'
import type { TaskText } from '../support/tasks.ts'

const KEY = 'sk-ant-stand-in-0123456789abcdef'
const AGENT = { name: 'claude-code', env: { ANTHROPIC_API_KEY: KEY } }

const BEGIN = [line.init(), line.text('m1', 'I look around.'), line.call('m1', 'c1', 'ls /app')]
const WHOLE = [...BEGIN, line.returned('c1', 'nothing'), 'echo yes > /app/done', line.text('m2', 'Done.')]

describeOn('docker', 'an installed agent, by stand-ins for its CLI', () => {
  const jobs = useJobs('stand-ins')

  const runOne = async (script: readonly string[], task: Parameters<typeof standInTask>[2] = {}): Promise<RanTrial> => {
    const path = await jobs.task(standInTask('stands-in', script.join('\n'), task))
    return (await jobs.run({ tasks: [path], agents: [AGENT] })).of('stands-in')
  }

  test('is found in the image, run with the instruction on its input, and read while it runs', async () => {
    const instruction = `Write "yes" into /app/done; $HOME, 'quotes' and\n\ntwo line ends stay.\n\n`
    const { record, events, read, output } = await runOne([...WHOLE, line.result()], { instruction })
    expect(record, record.exception?.message).toMatchObject({
      outcome: 'success',
      agentVersion: '2.9.9',
      agentSetup: { way: 'present', version: '2.9.9', failedWays: [] },
      steps: 2,
      usage: { inputTokens: 14, cachedTokens: 4, outputTokens: 7, costUsd: 0.25 } satisfies Usage,
    })
    expect(await read('agent/instruction.txt')).toBe(instruction)
    expect(await read('agent/arguments.txt')).not.toContain('quotes')
    expect(await read('agent/variables.txt')).toMatch(/^ANTHROPIC_API_KEY$/m)
    expect(await read('agent/variables.txt')).not.toMatch(/^TBCC_INSTRUCTION$/m)
    const told = events.map(({ type }) => type).filter((type) => /^(turn|message|tool)\./.test(type))
    expect(told.join(' ')).toBe(
      'turn.started message.received tool.called tool.returned turn.finished turn.started message.received turn.finished',
    )
    expect(output).toContain('I look around.')
    expect(output).not.toContain('"type":"assistant"')
    const trajectory: unknown = JSON.parse(await read('agent/trajectory.json'))
    expect(trajectory).toMatchObject({
      schema_version: 'ATIF-v1.7',
      agent: { name: 'claude-code', version: '2.9.9' },
      final_metrics: { total_prompt_tokens: 14, total_completion_tokens: 7, total_cost_usd: 0.25 },
    })
  })

  test('marks where the totals of two logs differ, and takes that for no reason', async () => {
    const usage = { input_tokens: 999, cache_read_input_tokens: 4, cache_creation_input_tokens: 0, output_tokens: 7 }
    const { record } = await runOne([...BEGIN, line.result({ usage })])
    expect(record.findings).toMatchObject([{ kind: 'usage-differs' }])
    expect(record.evidence.join()).not.toContain('999')
  })

  test('keeps what was told before it was cut off', async () => {
    const { record, events } = await runOne([...BEGIN, 'printf \'{"type":"assis\'', 'kill -9 $$'])
    expect(record).toMatchObject({
      outcome: 'failure',
      blame: 'agent',
      exception: { type: 'NonZeroAgentExitCodeError', phase: 'agent-execution' },
      steps: 1,
    })
    expect(record.usage).toMatchObject({ costUsd: null })
    expect(record.usage.inputTokens).toBeGreaterThan(0)
    expect(events.some((event) => event.type === 'tool.called' && event.callId === 'c1')).toBe(true)
  })

  test('tells of it while it hangs, ends it though it ignores TERM, and lets the verifier judge', async () => {
    const script = ["trap '' TERM INT HUP", ...WHOLE, '(trap "" TERM; sleep 600) & sleep 600; sleep 600']
    const { record, events } = await runOne(script, { agentTimeout: 15 })
    expect(record).toMatchObject({ outcome: 'success', exception: { type: 'AgentTimeoutError' }, steps: 2 })
    const said = events.findIndex((event) => event.type === 'message.received' && event.text === 'Done.')
    const raised = events.findIndex((event) => event.type === 'error.raised')
    expect(said).toBeGreaterThan(0)
    expect(raised).toBeGreaterThan(said)
  })

  test('charges no agent for a service that failed until its time was up', async () => {
    const retry = (attempt: number): string =>
      line.say({
        type: 'system',
        subtype: 'api_retry',
        attempt,
        max_retries: 10,
        retry_delay_ms: 500,
        error_status: 529,
      })
    const { record, output } = await runOne([...BEGIN, line.returned('c1', 'x'), retry(1), retry(2), 'sleep 600'], {
      agentTimeout: 15,
    })
    expect(record).toMatchObject({
      outcome: 'timeout',
      blame: 'infrastructure',
      exception: { type: 'AgentTimeoutError' },
      findings: [{ kind: 'service-failing', evidence: [expect.anything(), expect.anything()] }],
    })
    expect(output).toContain('529')
  })

  test('reads past huge lines, stray text and broken JSON', async () => {
    const big = [
      `printf '{"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"'`,
      `head -c 8000000 /dev/zero | tr '\\0' x`,
      `printf '"}]}}\\n'`,
    ]
    const tooBig = ["printf '{'; head -c 34000000 /dev/zero | tr '\\0' x; echo"]
    const noise = ["echo 'npm warn something'", `echo '{"type":"assistant","mess'`, "printf '\\xff\\xfe\\n'", 'echo']
    const script = [
      ...BEGIN,
      ...noise,
      ...big,
      ...tooBig,
      'echo yes > /app/done',
      line.text('m2', 'Done.'),
      line.result(),
    ]
    const { record, events, output } = await runOne(script, { agentTimeout: 300 })
    expect(record).toMatchObject({ outcome: 'success', steps: 2, usage: { costUsd: 0.25 } })
    const returned = events.find((event) => event.type === 'tool.returned')
    expect(returned).toMatchObject({ callId: 'c1', truncated: true })
    expect(output).toContain('npm warn something')
    expect(events.filter((event) => event.type === 'warning.raised').map(({ message }) => message)).toContainEqual(
      expect.stringContaining('1 lines of the agent'),
    )
    expect(output.length).toBeLessThan(100_000)
  })

  test('reads past JSON that is nested deeper than any code gets', async () => {
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    const deep = (text: string): string => text.replace('"DEEP"', nested)
    const script = [
      line.init(),
      deep(line.call('m1', 'c1', 'DEEP')),
      deep(line.returned('c1', 'DEEP')),
      'echo yes > /app/done',
      line.text('m2', 'Done.'),
      line.result(),
    ]
    const { record, events } = await runOne(script)
    expect(record, record.exception?.message).toMatchObject({ outcome: 'success', exception: null })
    expect(events.find((event) => event.type === 'tool.called')).toMatchObject({
      callId: 'c1',
      arguments: { omitted: 'nested too deep' },
    })
  })

  test.each([
    [
      'a rate limit',
      { api_error_status: 429, result: 'API Error: 429 rate limit' },
      'ApiRateLimitError',
      'infrastructure',
    ],
    [
      'an overloaded model',
      { api_error_status: 529, result: 'API Error: Overloaded' },
      'ApiOverloadedError',
      'infrastructure',
    ],
    ['a refused key', { api_error_status: 401, result: 'Invalid API key' }, 'AgentAuthenticationError', 'user'],
  ])('charges %s to whom it belongs, with the evidence', async (_name, facts, type, blame) => {
    const script = [...BEGIN, line.result({ is_error: true, ...facts }), 'exit 1']
    const { record } = await runOne(script)
    expect(record).toMatchObject({ outcome: 'error', blame, exception: { type } })
    expect(record.evidence.join('\n')).toContain(facts.result)
  })

  test('takes a limit of turns for no error: the verifier judges', async () => {
    const script = [...BEGIN, line.result({ subtype: 'error_max_turns', is_error: true, result: undefined }), 'exit 1']
    const { record } = await runOne(script)
    expect(record).toMatchObject({
      outcome: 'failure',
      blame: 'agent',
      exception: null,
      reward: 0,
    })
    expect(record.findings[0]).toMatchObject({ kind: 'limit-reached', evidence: ['error_max_turns'] })
    expect(record.evidence.join()).toContain('stopped at a limit of turns')
  })

  test('says what kept its preparation from being done', async () => {
    const claude = [
      '#!/bin/bash',
      // No folder can be made where a file stands.
      `if [ "$1" = --version ]; then touch /logs/agent/sessions; echo '2.9.9'; exit 0; fi`,
    ].join('\n')
    const { record } = await runOne([], { files: { 'environment/claude': claude } })
    expect(record.exception).toMatchObject({ type: 'RuntimeError', phase: 'agent-execution' })
    expect(record.exception?.message).toMatch(/preparation ended with exit code 1: mkdir: .*\/logs\/agent\/sessions/)
  })

  test('is read byte by byte, and past what it prints beside in the midst of a line', async () => {
    const cut = [
      `printf '{"type":"assistant","message":{"id":"m9",'`,
      "echo 'npm notice beside' >&2",
      `echo '"role":1}}'`,
    ]
    const script = [
      '{',
      ...BEGIN,
      ...cut,
      line.returned('c1', 'nothing ü'),
      '} 2>&1 | dd bs=1 status=none',
      ...WHOLE.slice(-2),
    ]
    const { record, events } = await runOne([...script, line.result()], { agentTimeout: 300 })
    expect(record, record.exception?.message).toMatchObject({ outcome: 'success', steps: 2, usage: { costUsd: 0.25 } })
    expect(events.find((event) => event.type === 'tool.returned')).toMatchObject({ content: 'nothing ü' })
    expect(events.filter((event) => event.type === 'message.received')).toHaveLength(2)
  })

  test('takes no word of the agent or of a tool for a failure of the model', async () => {
    const script = [
      ...BEGIN,
      line.returned('c1', 'API Error: 429 rate limit'),
      line.text('m2', 'Not logged in'),
      'exit 3',
    ]
    const { record } = await runOne(script)
    expect(record).toMatchObject({ outcome: 'failure', exception: { type: 'NonZeroAgentExitCodeError' } })
  })

  test('writes a key down nowhere, even where the agent prints it', async () => {
    const script = [
      'echo "$ANTHROPIC_API_KEY"',
      line.init(),
      line.text('m1', KEY),
      line.result(),
      'env > /logs/agent/env.txt',
    ]
    const { directory, record } = await runOne(script)
    expect(record.exception).toBeNull()
    const job = join(directory, '..')
    const files = await filesBelow(job, [])
    expect(files.some(({ path }) => path.endsWith('agent/env.txt'))).toBe(true)
    for (const { path } of files)
      expect((await readFile(join(job, path))).includes(KEY), `${path} holds the key`).toBe(false)
  })

  test('takes no trajectory of the agent’s own making', async () => {
    const plant = `echo '{"schema_version":"ATIF-v1.7","steps":[]}' > /logs/agent/trajectory.json; mkdir -p /logs/agent/deep; echo 1 > /logs/agent/deep/trajectory.json`
    const { directory, record } = await runOne([plant, 'exit 3'])
    expect(record).toMatchObject({ blame: 'agent', findings: [{ kind: 'archive-skipped' }] })
    expect(record.findings[0]?.evidence.join()).toMatch(/^trajectory\.json: |\/trajectory\.json: /)
    const left = (await filesBelow(directory, ['agent'])).map(({ path }) => path)
    expect(left).toContain('agent/deep/trajectory.json')
    expect(left).not.toContain('agent/trajectory.json')
  })

  test('finds it out when the agent looks for the tests', async () => {
    const script = [line.init(), line.call('m1', 'c1', 'cat /tests/test_outputs.py'), line.result()]
    const { record } = await runOne(script)
    expect(record.findings.map(({ kind }) => kind)).toContain('tests-sought')
    expect(record).toMatchObject({ outcome: 'failure', blame: 'agent' })
  })

  test('makes stored logs a trajectory again', async () => {
    const trial = await runOne([...WHOLE, line.result()])
    const before = await trial.read('agent/trajectory.json')
    const [converted] = await jobs.engine.convert(trial.name)
    expect(converted).toMatchObject({ agent: 'claude-code', reason: null, totals: { usage: { costUsd: 0.25 } } })
    expect(await trial.read('agent/trajectory.json')).toBe(before)
  })

  test('makes them the same trajectory where the task has gone, with what the job told the agent beside it', async () => {
    const path = await jobs.task(
      standInTask('moved', [...WHOLE, line.result()].join('\n'), { instruction: 'Do it.\n' }),
    )
    const beside = join(jobs.tasks, 'beside.md')
    await writeFile(beside, 'Mind the file.')
    const template = join(jobs.tasks, 'template.md')
    await writeFile(template, 'Asked: {{ instruction }}\n')
    const config = { extra_instructions: ['Be brief.'], extra_instruction_paths: [beside] }
    const agents = [{ ...AGENT, kwargs: { prompt_template_path: template } }]
    const trial = (await jobs.run({ tasks: [path], agents, config })).of('moved')
    const before = await trial.read('agent/trajectory.json')
    const asked = 'Asked: Do it.\n\n\nMind the file.\n\nBe brief.'
    expect(await trial.read('agent/instruction.txt')).toBe(asked)
    expect(JSON.parse(before)).toMatchObject({ steps: [{ source: 'user', message: asked }, {}, {}] })
    const convertAnew = async (): Promise<string> => {
      expect(await jobs.engine.convert(trial.name)).toMatchObject([{ reason: null }])
      return trial.read('agent/trajectory.json')
    }
    await writeFile(join(path, 'instruction.md'), 'Something else.\n')
    expect(await convertAnew()).toBe(before)
    await rename(path, `${path}-moved`)
    expect(await convertAnew()).toBe(before)
    // Of what was there before, only the task with the job's own words is left to say it.
    await rename(`${path}-moved`, path)
    await rm(join(trial.directory, 'agent/trajectory.json'))
    const again = 'Something else.\n\n\nMind the file.\n\nBe brief.'
    expect(JSON.parse(await convertAnew())).toMatchObject({ steps: [{ source: 'user', message: again }, {}, {}] })
  })

  test('is charged with nothing when its container is killed, and keeps what it said', async () => {
    const path = await jobs.task(standInTask('killed', [...BEGIN, 'sleep 600'].join('\n')))
    let containerId = ''
    const acts: Promise<unknown>[] = []
    const job = await jobs.run({
      tasks: [path],
      agents: [AGENT],
      onEvent(_trial, event) {
        if (event.type === 'container.started') containerId = event.containerId
        if (event.type === 'tool.called') acts.push(docker.getContainer(containerId).kill())
      },
    })
    await Promise.all(acts)
    const { record, events } = job.of('killed')
    expect(record).toMatchObject({ outcome: 'error', blame: 'infrastructure', exception: { phase: 'agent-execution' } })
    expect(events.some((event) => event.type === 'message.received' && event.text === 'I look around.')).toBe(true)
  })

  test('leaves its trajectory and its logs when the job is cancelled in the midst of it', async () => {
    const path = await jobs.task(standInTask('cancelled', [...BEGIN, 'sleep 600'].join('\n')))
    const stop = new AbortController()
    const job = await jobs.run({
      tasks: [path],
      agents: [AGENT],
      signals: { cancel: stop.signal },
      onEvent: (_trial, event) => void (event.type === 'tool.called' && stop.abort()),
    })
    const { record, read } = job.of('cancelled')
    expect(record).toMatchObject({ outcome: 'aborted', blame: 'user', exception: { type: 'CancelledError' } })
    expect(record.usage.inputTokens).toBeGreaterThan(0)
    expect(JSON.parse(await read('agent/trajectory.json'))).toMatchObject({ agent: { name: 'claude-code' } })
    expect(await read('agent/arguments.txt')).toContain('--print')
  })

  const runAider = async (script: readonly string[], task: Partial<TaskText> = {}): Promise<RanTrial> => {
    const head = ['#!/bin/bash', `if [ "$1" = --version ]; then echo 'aider 9.9.9'; exit 0; fi`]
    const path = await jobs.task({
      name: 'for-aider',
      solution: null,
      dockerfile: 'FROM debian:bookworm-slim\nWORKDIR /app\nCOPY --chmod=755 aider /usr/local/bin/aider\n',
      files: { 'environment/aider': `${[...head, ...script].join('\n')}\n` },
      ...task,
    })
    const engine = jobs.open({ ...plainEnv, ANTHROPIC_API_KEY: KEY })
    return (await jobs.run({ engine, tasks: [path], agents: [{ name: 'aider', model_name: 'anthropic/m-1' }] })).of(
      'for-aider',
    )
  }

  test('hides a key of this host that it got under another name, and keeps the cost of a run that failed', async () => {
    const { record, output, read } = await runAider([
      'echo "key: ${AIDER_API_KEY#*=}" | tee /logs/agent/key.txt',
      "echo 'Tokens: 2.3k sent, 145 received. Cost: $0.01 message, $0.02 session.'",
      'exit 1',
    ])
    expect(record).toMatchObject({ exception: { type: 'NonZeroAgentExitCodeError' }, usage: { costUsd: 0.02 } })
    for (const text of [output, await read('agent/aider.txt'), await read('agent/key.txt')])
      expect(text).toContain('key: [REDACTED]')
  })

  test('is not charged for its service either where it tells of no turns', async () => {
    const script = ["echo 'litellm.RateLimitError: slow down'", "echo 'Retrying in 64.0 seconds...'", 'sleep 600']
    const { record } = await runAider(script, { agentTimeout: 15 })
    expect(record).toMatchObject({
      outcome: 'timeout',
      blame: 'infrastructure',
      findings: [{ kind: 'service-failing' }],
    })
  })

  test('gives a key of this host to the agent, and not to what installs it', async () => {
    const engine = jobs.open({ ...plainEnv, ANTHROPIC_API_KEY: KEY })
    const path = await jobs.task(standInTask('host-key', [...WHOLE, line.result()].join('\n')))
    const { read } = (await jobs.run({ engine, tasks: [path], agents: [{ name: 'claude-code' }] })).of('host-key')
    expect(await read('agent/variables.txt')).toContain('ANTHROPIC_API_KEY')
    expect(await read('agent/setup-variables.txt')).not.toContain('ANTHROPIC_API_KEY')
  })

  test('refuses to begin without a key', async () => {
    const path = await jobs.task(standInTask('no-key', 'true'))
    const refused = jobs.run({ tasks: [path], agents: [{ name: 'claude-code' }] })
    await expect(refused).rejects.toThrow('ANTHROPIC_API_KEY')
    await expect(refused).rejects.toMatchObject({ code: 'invalid-input' })
  })
})

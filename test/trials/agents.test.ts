import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type JobRequest, plainEnv, toConfig, useJobs } from '../support/engine.ts'
import { describeOn } from '../support/machine.ts'
import { BACKENDS } from '../support/machine-backends.ts'

const command = (run: string, kwargs: Record<string, unknown> = {}) => [{ name: 'command', kwargs: { run, ...kwargs } }]

for (const backend of BACKENDS) {
  describeOn(backend, `the command agent on ${backend}`, () => {
    const jobs = useJobs(`command-${backend}`)

    test('setup and run, with the instruction and the variables of the job', async () => {
      const task = await jobs.task({
        name: 'asked',
        solution: null,
        instruction: '<!-- a canary line -->\n\nWrite "yes"; quotes \' and $HOME stay.\n',
        files: {
          'setup.sh': 'echo preparing; printf "#!/bin/sh\\necho yes\\n" > /app/solver; chmod +x /app/solver\n',
        },
        toml: '[environment.env]\nTHROUGHOUT = "here"',
      })
      const run =
        'printf "%s" "$TBCC_INSTRUCTION" > /logs/agent/instruction.txt; echo "$THROUGHOUT $ONLY_AGENT" > /logs/agent/env.txt; echo err >&2; /app/solver > done'
      const job = await jobs.run({
        tasks: [task],
        backend,
        agents: [{ name: 'command', kwargs: { run, setup: `${task}/setup.sh` }, env: { ONLY_AGENT: 'agents' } }],
        config: { extra_instructions: ['Be brief.'], extra_instruction_paths: [await extraInstruction(jobs.tasks)] },
      })
      const { record, read, output, events } = job.of('asked')
      expect(record, record.exception?.message).toMatchObject({ outcome: 'success', agent: 'command' })
      expect(await read('agent/instruction.txt')).toBe(
        'Write "yes"; quotes \' and $HOME stay.\n\n\nFrom a file.\n\n\nBe brief.',
      )
      expect(await read('agent/env.txt')).toBe('here agents\n')
      expect(await read('agent/setup.txt')).toBe('preparing\n')
      expect(await read('agent/command.txt')).toBe('err\n')
      expect(output).toMatch(/preparing\n[^]*err\n/)
      expect(events.filter((event) => event.type === 'command.started').map(({ purpose }) => purpose)).toEqual([
        'agent setup',
        'agent',
        'clear the verifier places',
        'tests',
      ])
    })

    test('an exit code other than 0 is recorded, and the work verified', async () => {
      const task = await jobs.task({ name: 'exits', solution: null })
      const job = await jobs.run({
        tasks: [task],
        backend,
        agents: [...command('echo yes > done; exit 5'), ...command('exit 6')],
      })
      const [done, undone] = job.trials.map(({ record }) => record)
      expect(done).toMatchObject({
        outcome: 'success',
        blame: null,
        exception: { type: 'NonZeroAgentExitCodeError', phase: 'agent-execution' },
      })
      expect(undone).toMatchObject({
        outcome: 'failure',
        blame: 'agent',
        exception: { type: 'NonZeroAgentExitCodeError' },
      })
      expect(undone?.exception?.message).toContain('exit code 6')
    })

    test('its own trajectory is kept, and says what it used', async () => {
      const task = await jobs.task({ name: 'tells', solution: null })
      const trajectory = JSON.stringify({
        schema_version: 'ATIF-v1.7',
        agent: { name: 'mine', version: '1', model_name: 'a-model' },
        steps: [{ step_id: 1, source: 'agent', message: 'done', metrics: { prompt_tokens: 12, cost_usd: 1 } }],
        final_metrics: { total_prompt_tokens: 12, total_completion_tokens: 3, total_cost_usd: 0.5 },
      })
      const run = `echo yes > done; printf %s '${trajectory}' > /logs/agent/trajectory.json`
      const { record, read } = (await jobs.run({ tasks: [task], backend, agents: command(run) })).of('tells')
      expect(record).toMatchObject({
        outcome: 'success',
        findings: [],
        usage: { inputTokens: 12, cachedTokens: null, outputTokens: 3, costUsd: 0.5 },
      })
      expect(JSON.parse(await read('agent/trajectory.json'))).toEqual(JSON.parse(trajectory))
      const used = { n_input_tokens: 12, n_cache_tokens: 0, n_output_tokens: 0, cost_usd: 1 }
      expect(JSON.parse(await read('result.json'))).toMatchObject({
        agent_result: { n_output_tokens: 3, model_usage: { 'a-model': used } },
      })
    })

    test('a failing setup ends the trial before the agent runs', async () => {
      const task = await jobs.task({ name: 'unprepared', solution: null, files: { 'setup.sh': 'exit 4\n' } })
      const { record } = (
        await jobs.run({ tasks: [task], backend, agents: command('true', { setup: `${task}/setup.sh` }) })
      ).of('unprepared')
      expect(record).toMatchObject({
        outcome: 'error',
        blame: 'infrastructure',
        reward: null,
        exception: { phase: 'agent-setup' },
      })
      expect(record.exception?.message).toContain('exit code 4')
    })
  })
}

async function extraInstruction(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'extra.md')
  await writeFile(path, 'From a file.\n')
  return path
}

describeOn('docker', 'the replay agent', () => {
  const jobs = useJobs('replay')

  const call = (id: string, name: string, args: Record<string, unknown>) => ({
    tool_call_id: id,
    function_name: name,
    arguments: args,
  })
  const trajectory = async (
    name: string,
    calls: readonly (readonly ReturnType<typeof call>[])[],
    fields: object = {},
  ): Promise<string> => {
    const steps = calls.map((tool_calls, index) => ({
      step_id: index + 2,
      source: 'agent',
      message: `turn ${index + 1}`,
      tool_calls,
    }))
    const document = {
      schema_version: 'ATIF-v1.6',
      session_id: 's',
      agent: { name: 'recorded', version: '1' },
      steps: [{ step_id: 1, source: 'user', message: 'do it' }, ...steps],
      ...fields,
    }
    await mkdir(jobs.tasks, { recursive: true })
    const path = join(jobs.tasks, name)
    await writeFile(path, JSON.stringify(document))
    return path
  }

  test('runs every kind of recorded call again', async () => {
    const path = await trajectory('all.json', [
      [
        call('a', 'Bash', { command: 'mkdir -p src && cd src && export WORD=yes' }),
        call('b', 'Read', { file_path: '/etc/passwd' }),
      ],
      [call('c', 'Bash', { command: 'pwd; echo "$WORD"; exit_me() { return 3; }; exit_me' })],
      [call('d', 'Write', { file_path: "/app/notes/it's.txt", content: "line one\nünïcode $HOME `x` 'q'\n" })],
      [call('e', 'Edit', { file_path: "/app/notes/it's.txt", old_string: 'one', new_string: '$& two' })],
      [call('f', 'bash_command', { keystrokes: 'cat > heredoc.txt <<EOF\n$WORD\nEOF\n', duration: 0.1 })],
      [
        call('g', 'shell', { command: ['bash', '-lc', 'cd /; echo "$(cat /app/src/heredoc.txt)" > /app/done'] }),
        call('i', 'exec_command', { cmd: 'pwd; WORD=no; exit 4', workdir: '/tmp' }),
        call('j', 'Bash', { command: 'pwd; echo "$WORD"' }),
        call('h', 'mark_task_complete', {}),
      ],
    ])
    const tests = `cat "/app/notes/it's.txt" > /logs/verifier/notes.txt; if [ "$(cat /app/done)" = yes ] && [ -e /app/src/heredoc.txt ]; then echo 1; else echo 0; fi > /logs/verifier/reward.txt`
    const task = await jobs.task({ name: 'replayed', solution: null, tests })
    const { record, read, events } = (
      await jobs.run({ tasks: [task], agents: [{ name: 'replay', kwargs: { trajectory: path } }] })
    ).of('replayed')
    expect(record, record.exception?.message).toMatchObject({
      outcome: 'success',
      agent: 'replay',
      usage: { inputTokens: null, costUsd: null },
    })
    expect(await read('verifier/notes.txt')).toBe("line $& two\nünïcode $HOME `x` 'q'\n")
    const called = events.filter((event) => event.type === 'tool.called')
    expect(called.map(({ callId, turn }) => [callId, turn])).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 2],
      ['d', 3],
      ['e', 4],
      ['f', 5],
      ['g', 6],
      ['i', 6],
      ['j', 6],
      ['h', 6],
    ])
    const returned = events.filter((event) => event.type === 'tool.returned')
    expect(returned.find(({ callId }) => callId === 'c')).toMatchObject({ content: '/app/src\nyes\n', isError: true })
    // A shell of its own leaves nothing behind in the one that goes on.
    expect(returned.find(({ callId }) => callId === 'i')).toMatchObject({ content: '/tmp\n', isError: true })
    expect(returned.find(({ callId }) => callId === 'j')).toMatchObject({ content: '/app/src\nyes\n', isError: false })
    expect(events.filter((event) => event.type === 'message.received').map(({ text }) => text)).toEqual(
      [1, 2, 3, 4, 5, 6].map((turn) => `turn ${turn}`),
    )
  })

  test('goes on in the file that a trajectory names, with what is not done yet', async () => {
    const first = await trajectory(
      'part-1.json',
      [[call('a', 'bash', { command: 'cd /tmp; echo once >> /app/done' })]],
      {
        continued_trajectory_ref: 'part-2.json',
      },
    )
    const copied = { step_id: 2, source: 'agent', message: 'before', is_copied_context: true }
    const again = { ...copied, tool_calls: [call('a', 'bash', { command: 'echo twice >> /app/done' })] }
    const steps = [
      { step_id: 1, source: 'user', message: 'do it' },
      again,
      { ...again, step_id: 3, is_copied_context: false },
    ]
    await trajectory('part-2.json', [], { steps })
    const tests = 'cp /app/done /logs/verifier/done.txt; echo 1 > /logs/verifier/reward.txt'
    const task = await jobs.task({ name: 'continued', solution: null, tests })
    const agents = [{ name: 'replay', kwargs: { trajectory: first } }]
    const { read } = (await jobs.run({ tasks: [task], agents })).of('continued')
    expect(await read('verifier/done.txt')).toBe('once\ntwice\n')
  })

  test.each<[string, readonly (readonly ReturnType<typeof call>[])[], object, RegExp]>([
    ['nothing to do again', [[], [call('a', 'Read', { file_path: '/x' })]], {}, /nothing to replay/],
    [
      'a part elsewhere',
      [[call('a', 'Bash', { command: 'ls' })]],
      { continued_trajectory_ref: '../x.json' },
      /x\.json/,
    ],
    [
      'a part that is missing',
      [[call('a', 'Bash', { command: 'ls' })]],
      { continued_trajectory_ref: 'x.json' },
      /x\.json/,
    ],
    [
      'itself as the next part',
      [[call('a', 'Bash', { command: 'ls' })]],
      { continued_trajectory_ref: 'sad.json' },
      /itself/,
    ],
  ])('is refused before anything starts: %s', async (_name, calls, fields, message) => {
    const path = await trajectory('sad.json', calls, fields)
    const task = await jobs.task({ name: 'nothing', solution: null })
    const refused = jobs.run({ tasks: [task], agents: [{ name: 'replay', kwargs: { trajectory: path } }] })
    await expect(refused).rejects.toThrow(message)
  })

  test('a tool that it cannot map is refused before anything starts', async () => {
    const path = await trajectory('browser.json', [
      [call('a', 'browser_click', { x: 1 })],
      [call('b', 'bash_command', { keystrokes: 'C-c' })],
    ])
    const task = await jobs.task({ name: 'unmapped', solution: null })
    const before = await jobs.engine.listJobs()
    const refused = jobs.run({ tasks: [task], agents: [{ name: 'replay', kwargs: { trajectory: path } }] })
    await expect(refused).rejects.toMatchObject({ code: 'unsupported' })
    await expect(refused).rejects.toThrow(/browser_click.*C-c/)
    expect(await jobs.engine.listJobs()).toEqual(before)
  })
})

describeOn('docker', 'oracle, users and host variables', () => {
  const jobs = useJobs('oracle')
  let task: string

  beforeAll(async () => {
    const dockerfile =
      'FROM debian:bookworm-slim\nRUN useradd --create-home worker && useradd --create-home judge && mkdir -p /app && chmod 777 /app\nWORKDIR /app\n'
    task = await jobs.task({
      name: 'users',
      dockerfile,
      solution:
        'echo "$(id -un) $DEBIAN_FRONTEND $FROM_HOST $WITH_DEFAULT" > done; ls -ld /solution/solve.sh /solution/data | cut -c1-10,11-30 > /logs/agent/modes.txt',
      files: {
        'solution/data': 'x',
        'task.toml': `[agent]\nuser = "worker"\n[verifier]\nuser = "judge"\n[verifier.env]\nMODE = "\${MODE:-strict}"\n[solution.env]\nFROM_HOST = "\${HOST_WORD}"\nWITH_DEFAULT = "\${NOWHERE:-fallback}"\n`,
      },
      tests:
        'cat /app/done > /logs/verifier/done.txt; echo "$(id -un) $MODE $EXTRA" > /logs/verifier/judge.txt; stat -c "%U:%G %a" /tests/test.sh >> /logs/verifier/judge.txt; echo 1 > /logs/verifier/reward.txt',
    })
  })

  test('run as the users of the task, with their variables', async () => {
    const engine = jobs.open({ ...plainEnv, HOST_WORD: 'spoken' })
    const { record, read } = (
      await jobs.run({ tasks: [task], engine, config: { verifier: { env: { EXTRA: 'given' } } } })
    ).of('users')
    expect(record, record.exception?.message).toMatchObject({ outcome: 'success' })
    expect(await read('verifier/done.txt')).toBe('worker noninteractive spoken fallback\n')
    expect(await read('verifier/judge.txt')).toBe('judge strict given\nroot:root 755\n')
  })

  test('a missing host variable refuses that task alone', async () => {
    const other = await jobs.task({ name: 'other' })
    const job = await jobs.run({ tasks: [task, other] })
    expect(job.of('users').record).toMatchObject({
      outcome: 'error',
      blame: 'user',
      exception: { type: 'ValueError' },
      environment: null,
    })
    expect(job.of('users').record.exception?.message).toContain('HOST_WORD')
    expect(job.of('other').record.outcome).toBe('success')
  })

  test('what is not run, or is replaced by the job, needs nothing of this host', async () => {
    const other = await jobs.task({
      name: 'replaced',
      toml: '[verifier.env]\nMODE = "${NOWHERE}"\n[environment.env]\nPLACE = "${NOWHERE}"\n[solution.env]\nX = "${NOWHERE}"',
      tests: 'echo "$MODE $PLACE" > /logs/verifier/seen.txt; echo 1 > /logs/verifier/reward.txt',
    })
    const config: JobRequest['config'] = {
      verifier: { env: { MODE: 'given' } },
      environment: { env: { PLACE: 'here' } },
    }
    const job = await jobs.run({ tasks: [other], agents: [{ name: 'nop' }], config })
    expect(job.of('replaced').record).toMatchObject({ outcome: 'success' })
    expect(await job.of('replaced').read('verifier/seen.txt')).toBe('given here\n')

    const prepare = async (agents: JobRequest['agents']) =>
      jobs.engine.prepare({
        config: toConfig(
          { tasks: [other], ...(agents === undefined ? {} : { agents }), config: config ?? {} },
          jobs.folder,
        ),
        backend: 'docker',
      })
    expect(await prepare([{ name: 'nop' }])).toMatchObject({ hostVariables: [], missingKeys: [] })
    expect(await prepare([{ name: 'nop' }, { name: 'oracle' }])).toMatchObject({
      hostVariables: [{ name: 'NOWHERE', isSet: false, tasks: ['replaced'] }],
      missingKeys: ['NOWHERE'],
      trials: [{ refusal: null }, { refusal: expect.stringContaining('NOWHERE') as unknown }],
    })
  })

  test('without verification, or only installed, a trial ends without a verdict', async () => {
    const plain = await jobs.task({ name: 'plain' })
    const unverified = await jobs.run({ tasks: [plain], config: { verifier: { disable: true } } })
    expect(unverified.of('plain').record).toMatchObject({ outcome: null, blame: null, reward: null, exception: null })
    expect(unverified.report.allJudged).toBe(true)
    const installed = await jobs.run({ tasks: [plain], config: { install_only: true } })
    expect(installed.of('plain').record.phases.map(({ phase }) => phase)).toEqual([
      'queued',
      'environment-setup',
      'agent-setup',
      'teardown',
    ])
    expect(installed.report.allJudged).toBe(true)
  })
})

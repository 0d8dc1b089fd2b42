import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { SettingValue } from '../src/contract/api/settings.ts'
import { JobConfig } from '../src/contract/harbor/job-config.ts'
import { toBackendChoice, toJobDefaults } from '../src/core/settings/apply.ts'
import { SETTINGS } from '../src/core/settings/definitions.ts'
import { createEngine } from '../src/engine/index.ts'
import type { Engine, PreparedJob } from '../src/engine/engine.ts'
import { openSettingsHome, type SettingsHome } from '../src/engine/settings-home.ts'
import { docker } from './support/engine-clients.ts'
import { plainEnv, useJobs, type RanJob } from './support/engine.ts'
import { readTrialRecord } from './support/job-folder.ts'
import { describeOn, dockerSocket } from './support/machine.ts'
import { filesWith } from './support/snapshot.ts'
import { line, standInTask } from './support/stand-in.ts'

const FAILS = 'echo no > /app/done'

/** The settings of the group appearance are for screens; each other one is in this list, and below with what it does. */
const OBSERVED_BY_RUNS = [
  'execution.agent',
  'execution.model',
  'execution.maxTurns',
  'execution.attempts',
  'execution.concurrency',
  'execution.retries',
  'execution.timeoutFactor',
  'execution.agentTimeoutFactor',
  'execution.verifierTimeoutFactor',
  'execution.agentSetupTimeoutFactor',
  'execution.buildTimeoutFactor',
  'execution.agentTimeoutSec',
  'execution.agentSetupTimeoutSec',
  'execution.verifierTimeoutSec',
  'containers.backend',
  'containers.endpoint',
  'containers.memoryMb',
  'containers.cpus',
  'containers.network',
  'containers.keepOnFailure',
  'logging.saveTrajectories',
  'logging.saveOutput',
  'logging.maxLogMb',
  'logging.pruneOutputDays',
  'paths.tasks',
  'paths.datasets',
  'paths.jobs',
]

describeOn('docker', 'each setting is observed', () => {
  const jobs = useJobs('settings')
  let root: string
  let count = 0
  const homes: SettingsHome[] = []
  const engines: Engine[] = []
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tbcc-settings-'))
  })
  afterAll(async () => {
    for (const home of homes) home.dispose()
    await Promise.all(engines.map(async (engine) => engine.dispose()))
    await rm(root, { recursive: true, force: true })
  })

  /** Settings as a file gives them, and an engine that works by them. */
  async function given(values: Readonly<Record<string, SettingValue>>, env = plainEnv) {
    const settingsDir = join(root, `home-${(count += 1)}`)
    const first = await openSettingsHome({ settingsDir, cwd: root, env })
    for (const [key, value] of Object.entries(values)) await first.settings.set(key, value)
    first.dispose()
    // As after a restart.
    const home = await openSettingsHome({ settingsDir, cwd: root, env })
    homes.push(home)
    const engine = createEngine({ jobsDir: jobs.folder, cwd: root, env, version: '0.0.0-test', ...home.engine })
    engines.push(engine)
    return { home, engine, settingsDir }
  }

  async function prepare(values: Readonly<Record<string, SettingValue>>, path: string): Promise<PreparedJob> {
    const { home, engine } = await given(values)
    const config = JobConfig.parse({
      ...toJobDefaults(home.settings),
      jobs_dir: jobs.folder,
      job_name: `prepared-${count}`,
      tasks: [{ path }],
    })
    return engine.prepare({ config, backend: toBackendChoice(home.settings) })
  }

  async function run(values: Readonly<Record<string, SettingValue>>, path: string, more: object = {}): Promise<RanJob> {
    const { home, engine } = await given(values)
    return jobs.run({ tasks: [path], engine, config: { ...toJobDefaults(home.settings), ...more } })
  }

  test('the list of this file is whole', () => {
    const keys = SETTINGS.filter(({ group }) => group !== 'appearance').map(({ key }) => key)
    expect(keys).toEqual(OBSERVED_BY_RUNS)
  })

  test('agent, model, attempts, concurrency and retries', async () => {
    const path = await jobs.task({ name: 'plain' })
    const prepared = await prepare(
      {
        'execution.agent': 'nop',
        'execution.model': 'acme/large',
        'execution.attempts': 3,
        'execution.concurrency': 2,
        'execution.retries': 1,
      },
      path,
    )
    expect(prepared.trials.map(({ agent, model, attempt }) => [agent, model, attempt])).toEqual(
      [1, 2, 3].map((attempt) => ['nop', 'acme/large', attempt]),
    )
    expect(prepared.config).toMatchObject({ n_concurrent_trials: 2, retry: { max_retries: 1 } })
    expect(prepared.backend.name).toBe('docker')
  })

  test('the turns of an agent that knows such a limit', async () => {
    const env = { ...plainEnv, ANTHROPIC_API_KEY: 'sk-settings-0123456789' }
    const { home, engine } = await given({ 'execution.agent': 'claude-code', 'execution.maxTurns': 7 }, env)
    const path = await jobs.task(standInTask('turns', [line.init(), line.text('m1', 'Hi.'), line.result()].join('\n')))
    const job = await jobs.run({ tasks: [path], engine, config: toJobDefaults(home.settings) })
    const { read, events } = job.of('turns')
    expect(await read('agent/arguments.txt')).toMatch(/^--max-turns\n7$/m)
    expect(events.find((event) => event.type === 'turn.started')).toMatchObject({ turn: 1, maxTurns: 7 })
    const { home: other } = await given({ 'execution.agent': 'nop', 'execution.maxTurns': 7 })
    expect(toJobDefaults(other.settings).agents).toMatchObject([{ name: 'nop', kwargs: {} }])
  })

  test('concurrency and retries decide how a job runs', async () => {
    const path = await jobs.task({ name: 'failing', solution: 'exit 3', tests: 'exit 1' })
    const job = await run({ 'execution.concurrency': 1, 'execution.attempts': 2, 'execution.retries': 1 }, path, {
      retry: { max_retries: 1, exclude_exceptions: [], min_wait_sec: 0, max_wait_sec: 0 },
    })
    expect(job.events.find((event) => event.type === 'job.started')).toMatchObject({ concurrency: 1, totalTrials: 2 })
    expect(job.events.filter((event) => event.type === 'trial.retry-scheduled')).toHaveLength(2)
    await jobs.leaveOut(job.name, 'its trials were replaced')
  })

  test('timeouts and their factors', async () => {
    const path = await jobs.task({ name: 'timed', agentTimeout: 100, verifierTimeout: 100 })
    const limits = async (values: Readonly<Record<string, SettingValue>>) =>
      (await prepare(values, path)).trials[0]?.timeouts
    const plain = await limits({})
    expect(plain).toMatchObject({ agentMs: 100_000, verifierMs: 100_000, agentSetupMs: 360_000 })
    const build = plain?.environmentMs ?? 0
    expect(await limits({ 'execution.timeoutFactor': 2 })).toEqual({
      agentMs: 200_000,
      verifierMs: 200_000,
      agentSetupMs: 720_000,
      environmentMs: 2 * build,
    })
    expect(await limits({ 'execution.agentTimeoutFactor': 3 })).toEqual({ ...plain, agentMs: 300_000 })
    expect(await limits({ 'execution.verifierTimeoutFactor': 3 })).toEqual({ ...plain, verifierMs: 300_000 })
    expect(await limits({ 'execution.agentSetupTimeoutFactor': 0.5 })).toEqual({ ...plain, agentSetupMs: 180_000 })
    expect(await limits({ 'execution.buildTimeoutFactor': 0.5 })).toEqual({ ...plain, environmentMs: build / 2 })
    expect(await limits({ 'execution.agentTimeoutSec': 11 })).toEqual({ ...plain, agentMs: 11_000 })
    expect(await limits({ 'execution.agentSetupTimeoutSec': 12 })).toEqual({ ...plain, agentSetupMs: 12_000 })
    expect(await limits({ 'execution.verifierTimeoutSec': 13 })).toEqual({ ...plain, verifierMs: 13_000 })
  })

  test('backend', async () => {
    const { home } = await given({ 'containers.backend': 'sandbox' })
    expect(toBackendChoice(home.settings)).toBe('sandbox')
    expect(toBackendChoice((await given({})).home.settings)).toBe('auto')
  })

  test('endpoint of the engine, unless the environment names one', async () => {
    const { DOCKER_HOST: _host, ...env } = plainEnv
    const endpoint = 'unix:///no/such/engine.sock'
    const answerOf = async (values: Readonly<Record<string, SettingValue>>, of: typeof plainEnv) => {
      const { engine } = await given(values, of)
      return (await engine.examine(null)).backends.find(({ name }) => name === 'docker')?.probe
    }
    const lost = await answerOf({ 'containers.endpoint': endpoint }, env)
    expect(lost?.available).toBe(false)
    expect(JSON.stringify(lost)).toContain('/no/such/engine.sock')
    expect(await answerOf({ 'containers.endpoint': `unix://${dockerSocket}` }, env)).toMatchObject({ available: true })
    expect(await answerOf({ 'containers.endpoint': endpoint }, plainEnv)).toMatchObject({ available: true })
  })

  test('memory, processors and network reach the container', async () => {
    const look =
      'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max 2>/dev/null || cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/cpu/cpu.cfs_quota_us; ls /sys/class/net; echo yes > /app/done'
    const path = await jobs.task({ name: 'limited', network: 'public', solution: look })
    const job = await run({ 'containers.memoryMb': 200, 'containers.cpus': 1, 'containers.network': 'none' }, path)
    const { record, output } = job.of('limited')
    expect(record.environment).toMatchObject({ memoryMb: 200, cpus: 1, settings: { network: 'none' } })
    expect(output).toContain(String(200 * 1024 ** 2))
    expect(output).toContain('100000')
    expect(output).not.toContain('eth0')
  })

  test('environments of failures are kept, those of successes are not', async () => {
    const bad = await jobs.task({ name: 'bad', solution: FAILS })
    const job = await run({ 'containers.keepOnFailure': true }, bad)
    const { record } = job.of('bad')
    const id = record.environment?.containerId ?? ''
    onTestFinished(async () => {
      await docker
        .getContainer(id)
        .remove({ force: true })
        .catch(() => undefined)
    })
    expect((await docker.getContainer(id).inspect()).State.Running).toBe(true)
    expect(record.environment?.settings).toMatchObject({ keep_on_failure: true })
    await docker.getContainer(id).remove({ force: true })

    const good = await run({ 'containers.keepOnFailure': true }, await jobs.task({ name: 'good' }))
    const gone = good.of('good').record.environment?.containerId ?? ''
    await expect(docker.getContainer(gone).inspect()).rejects.toMatchObject({ statusCode: 404 })
  })

  test('logs that are not kept are removed at the end, and the record says so', async () => {
    const solution = 'echo shown; echo "{}" > /logs/agent/trajectory.json; echo yes > /app/done'
    const path = await jobs.task({ name: 'logged', solution })
    const { home, engine } = await given({ 'logging.saveOutput': false, 'logging.saveTrajectories': false })
    const prepared = await engine.prepare({
      config: JobConfig.parse({
        ...toJobDefaults(home.settings),
        jobs_dir: jobs.folder,
        job_name: 'logged',
        tasks: [{ path }],
      }),
      backend: 'docker',
    })
    let live = ''
    const signals = { cancel: new AbortController().signal, force: new AbortController().signal }
    const report = await engine.run(
      prepared,
      {
        onJobEvent: () => {},
        onTrialEvent: () => {},
        onOutput: (_trial, data) => void (live += Buffer.from(data).toString()),
      },
      signals,
    )
    expect(live).toContain('shown')
    const trial = join(report.directory, report.trials[0]?.trialName ?? '')
    for (const file of ['tbcc.output.log', 'agent/trajectory.json']) {
      await expect(stat(join(trial, file))).rejects.toMatchObject({ code: 'ENOENT' })
    }
    const record: unknown = JSON.parse(await readFile(join(trial, 'tbcc.json'), 'utf8'))
    expect(record).toMatchObject({ outcome: 'success', pruned: { logs: ['output', 'trajectory'] } })
  })

  test('each of both logs is kept where it is wished', async () => {
    const solution = 'echo shown; echo "{}" > /logs/agent/trajectory.json; echo yes > /app/done'
    const path = await jobs.task({ name: 'half-logged', solution })
    const job = await run({ 'logging.saveTrajectories': false }, path)
    expect(job.of('half-logged').output).toContain('shown')
    expect(job.of('half-logged').record.pruned?.logs).toEqual(['trajectory'])
    const second = await run({}, path)
    for (const { name } of [job, second]) await jobs.leaveOut(name, 'the trajectory is none')
    const whole = second.of('half-logged')
    expect(whole.record.pruned).toBeUndefined()
    expect(await whole.read('agent/trajectory.json')).toBe('{}\n')
  })

  test('the largest log: see test/trials/log-cut.test.ts for what is cut', async () => {
    expect((await given({ 'logging.maxLogMb': 7 })).home.engine.logs?.().maxLogBytes).toBe(7 * 1024 ** 2)
    expect((await given({})).home.engine.logs?.().maxLogBytes).toBe(4 * 1024 ** 3)
  })

  test('old output is removed at the start, and nothing else', async () => {
    const { home } = await given({ 'logging.pruneOutputDays': 30 })
    const folder = join(root, 'old-jobs')
    const job = await run({}, await jobs.task({ name: 'aged' }))
    const { cp } = await import('node:fs/promises')
    const { directory, name } = job.of('aged')
    const trials = { old: join(folder, 'old', name), young: join(folder, 'young', name) }
    for (const [age, path] of Object.entries(trials)) {
      await cp(job.directory, join(folder, age), { recursive: true })
      const days = age === 'old' ? 31 : 29
      const finishedAt = new Date(Date.now() - days * 86_400_000).toISOString()
      const record = { ...(await readTrialRecord(path)), finishedAt }
      await writeFile(join(path, 'tbcc.json'), JSON.stringify(record))
    }
    expect(await home.tidy(folder)).toBe(1)
    expect(await home.tidy(folder)).toBe(0)
    await expect(stat(join(trials.old, 'tbcc.output.log'))).rejects.toMatchObject({ code: 'ENOENT' })
    await stat(join(trials.old, 'tbcc.events.jsonl'))
    await stat(join(trials.young, 'tbcc.output.log'))
    await stat(join(directory, 'tbcc.output.log'))
    expect(await (await given({})).home.tidy(folder)).toBe(0)
  })

  test('paths', async () => {
    const { home } = await given({ 'paths.jobs': 'my jobs', 'paths.tasks': '/tasks', 'paths.datasets': ['/a', '/b'] })
    expect(home.jobsDir).toBe(join(root, 'my jobs'))
    // The Tasks screen's area reads these two.
    expect(home.store.get('paths.tasks')).toBe('/tasks')
    expect(home.store.get('paths.datasets')).toEqual(['/a', '/b'])
    expect((await given({})).home.jobsDir).toBeNull()
  })

  test('a stored key reaches an agent, and stands in nothing that it leaves behind', async () => {
    const secret = 'sk-stored-6f02a1c9d4e84b7795'
    const { home, engine, settingsDir } = await given({})
    await home.secrets.set('ACME_API_KEY', secret)
    const say =
      'echo "length ${#GIVEN}"; echo "$GIVEN"; echo "$GIVEN" >&2; echo "$GIVEN" > /logs/agent/leak.txt; echo yes > /app/done; exit 5'
    const path = await jobs.task({ name: 'keyed', solution: null })
    const events: unknown[] = []
    const job = await jobs.run({
      tasks: [path],
      engine,
      // The name by which the agent gets it does not say that it is a secret.
      agents: [{ name: 'command', kwargs: { run: say }, env: { GIVEN: '${ACME_API_KEY}' } }],
      onEvent: (_trial, event) => void events.push(event),
    })
    const { output, record } = job.of('keyed')
    expect(output).toContain(`length ${secret.length}`)
    expect(output).toContain('[REDACTED]')
    expect(record.exception?.type).toBe('NonZeroAgentExitCodeError')
    expect(JSON.stringify([events, job.report, record])).not.toContain(secret)
    expect(await filesWith(jobs.folder, secret)).toEqual([])
    expect(await filesWith(settingsDir, secret)).toEqual(['secrets.json'])
    expect((await stat(join(settingsDir, 'secrets.json'))).mode & 0o777).toBe(0o600)
    expect(JSON.stringify([home.secrets.list(), home.settings.state()])).not.toContain(secret)
    await home.secrets.remove('ACME_API_KEY')
    const again = jobs.run({
      tasks: [path],
      engine,
      agents: [{ name: 'command', kwargs: { run: 'true' }, env: { GIVEN: '${ACME_API_KEY}' } }],
    })
    const refused = await again
    expect(refused.of('keyed').record.exception?.message).toContain('ACME_API_KEY')
  })
})

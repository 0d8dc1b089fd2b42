import { mkdtempSync } from 'node:fs'
import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { JobConfig, type JobConfigInput } from '../src/contract/harbor/job-config.ts'
import { createService, type Service } from '../src/engine/service.ts'
import { plainEnv } from './support/engine.ts'
import { describeOn } from './support/machine.ts'
import { createServiceClient } from './support/service.ts'
import { makeTask } from './support/tasks.ts'
import { putFailedTriesAside } from './support/tries.ts'

/*
 * The engine's side of the contract between engine and screens, on real Docker: what a person does, asked through the
 * handlers themselves. Every answer and every item is checked against its schema.
 */

describeOn('docker', 'the service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tbcc-service-'))
  const jobsDir = join(folder, 'jobs')
  let service: Service

  beforeAll(async () => {
    const metadata = 'difficulty = "easy"\ncategory = "files"\ntags = ["a"]'
    await makeTask(join(folder, 'tasks'), { name: 'good', toml: `[metadata]\n${metadata}\n` })
    await makeTask(join(folder, 'tasks'), {
      name: 'bad',
      solution: 'echo "\u001b[31mgrün\u001b[0m 🧪"; exit 0',
      tests: FAILING,
    })
    await makeTask(join(folder, 'slow'), { name: 'slow', solution: 'echo started; sleep 300' })
    service = open()
  })
  afterAll(async () => {
    await service.dispose()
    await rm(folder, { recursive: true, force: true })
  })
  putFailedTriesAside(jobsDir, {
    async stop() {
      await service.dispose()
      service = open()
    },
    reindex: async () => call('engine.reindex', {}),
  })

  function open(): Service {
    const env = { ...plainEnv, TBCC_TASKS: join(folder, 'tasks') }
    return createService({ jobsDir, cwd: folder, env, version: '0', settingsDir: join(folder, 'settings') })
  }

  const { call, follow } = createServiceClient(() => service)
  const config = (fields: JobConfigInput) => ({ config: JobConfig.parse(fields), backend: 'docker' as const })
  const ended = (jobName: string) =>
    follow('jobs.changes', {}, (change) => {
      const jobs = change.kind === 'all' ? change.jobs : change.kind === 'changed' ? [change.job] : []
      return jobs.some((job) => job.jobName === jobName && job.state !== 'running')
    })
  const trialOf = async (jobName: string, taskName: string) => {
    const { trials } = await call('trials.query', { filter: { jobNames: [jobName], tasks: [taskName] } })
    const [trial] = trials
    if (trial === undefined) throw new Error(`${jobName} has no trial of ${taskName}`)
    return { jobName, trialName: trial.trialName, trial }
  }

  test('lists tasks and shows nothing of any other folder', async () => {
    const { tasks, invalid } = await call('tasks.list', { path: null })
    expect(invalid).toEqual([])
    expect(tasks.map(({ shortName }) => shortName)).toEqual(['bad', 'good'])
    const directory = tasks[1]?.directory ?? ''
    const detail = await call('tasks.show', { directory })
    expect(detail).toMatchObject({ difficulty: 'easy', category: 'files', tags: ['a'], hasSolution: true })
    expect(detail).toMatchObject({ buildTimeoutSec: 600, storageMb: null })
    expect(detail.files.map(({ path }) => path)).toContain('tests/test.sh')
    const file = await call('tasks.readFile', { directory, path: 'task.toml' })
    expect(file).toMatchObject({ kind: 'text', text: detail.configToml })
    await expect(call('tasks.readFile', { directory, path: '../bad/task.toml' })).rejects.toMatchObject({
      code: 'invalid-input',
    })
    await expect(call('tasks.readFile', { directory: '/etc', path: 'passwd' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  test('tells of many tasks at once which a backend cannot run', async () => {
    const tasks = join(folder, 'mixed')
    const plain = await makeTask(tasks, { name: 'plain' })
    const built = await makeTask(tasks, { name: 'built', dockerfile: 'FROM debian:bookworm-slim\nRUN true\n' })
    const networked = await makeTask(tasks, { name: 'networked', network: 'public' })
    const directories = [plain, built, networked]
    await expect(call('tasks.refusals', { backend: 'docker', directories })).rejects.toMatchObject({
      code: 'not-found',
    })
    await call('tasks.list', { path: tasks })
    expect(await call('tasks.refusals', { backend: 'docker', directories })).toEqual([])
    const refused = await call('tasks.refusals', { backend: 'sandbox', directories })
    expect(refused.map(({ directory }) => directory)).toEqual([built, networked])
    expect(refused[0]?.reason).toContain('RUN')
    expect(refused[1]?.reason).toContain('network')
  })

  test('says where new jobs run, as it is set', async () => {
    const told = follow('engine.status', {}, ({ backend, backendReason }) =>
      `${backend?.name} ${backendReason}`.includes('sandbox'),
    )
    await call('settings.set', { key: 'containers.backend', value: 'sandbox' })
    await told
    const { backend, backendReason } = await call('engine.status', {})
    expect(backend?.name ?? backendReason).toContain('sandbox')
    await call('settings.reset', { key: 'containers.backend' })
    expect((await call('engine.status', {})).backend?.name).toBe('docker')
  })

  test('shows the jobs folder that the start named, whatever is set', async () => {
    const settingsDir = join(folder, 'named-settings')
    const named = createService({
      jobsDir,
      jobsDirIsNamed: true,
      cwd: folder,
      env: plainEnv,
      version: '0',
      settingsDir,
    })
    const { call: ask } = createServiceClient(() => named)
    const { settings } = await ask('settings.set', { key: 'paths.jobs', value: '/elsewhere' })
    expect(settings).toContainEqual(expect.objectContaining({ key: 'paths.jobs', value: jobsDir, source: 'run' }))
    await named.dispose()
    const own = (await call('settings.list', {})).settings.find(({ key }) => key === 'paths.jobs')
    expect(own).toMatchObject({ value: null, source: 'default' })
  })

  test('keeps the datasets that are added', async () => {
    const added = await call('datasets.add', { path: 'slow' })
    expect(added).toMatchObject({ path: join(folder, 'slow'), origin: 'added', tasks: 1 })
    expect(await call('datasets.list', {})).toContainEqual(added)
    await call('datasets.remove', { path: added.path })
    expect(await call('datasets.list', {})).not.toContainEqual(added)
    await expect(call('datasets.add', { path: 'nothing' })).rejects.toMatchObject({ code: 'not-found' })
  })

  test('a file that lists tasks is a dataset as it stands, and runs as one', async () => {
    const file = join(folder, 'tasks', 'registry.json')
    const listed = [{ name: 'chosen', version: '1', description: '', tasks: [{ name: 'good', path: 'good' }] }]
    await writeFile(file, JSON.stringify(listed))
    const added = await call('datasets.add', { path: file })
    expect(added).toEqual({ path: file, label: 'tasks/registry.json', origin: 'added', tasks: 1 })
    expect(await call('datasets.list', {})).toContainEqual(added)
    const { path, tasks } = await call('tasks.list', { path: added.path })
    expect({ path, tasks: tasks.map(({ name }) => name) }).toEqual({ path: file, tasks: ['good'] })
    const prepared = await call('jobs.prepare', config({ datasets: [{ path }] }))
    expect(prepared.trials.map(({ taskName }) => taskName)).toEqual(['good'])
    expect(prepared.commandLine).toContain(`tbcc run -d chosen --registry-path ${file}`)
    await call('datasets.remove', { path: file })
    await rm(file)
  })

  test('runs a job from start to why it failed', async () => {
    const request = config({ job_name: 'first', datasets: [{ path: join(folder, 'tasks') }], n_concurrent_trials: 2 })
    const prepared = await call('jobs.prepare', request)
    expect(prepared.trials).toHaveLength(2)
    expect(prepared.commandLine).toContain(`tbcc run -p ${join(folder, 'tasks')} -a oracle --job-name first -n 2`)
    expect(prepared.estimate.unknownTrials).toBe(2)

    const changes = ended('first')
    const trialChanges = follow(
      'trials.changes',
      { jobName: null },
      (change) => change.kind === 'changed' && change.trial.taskName === 'bad' && change.trial.state === 'finished',
    )
    await call('jobs.start', { ...request, confirmed: false })
    expect((await readdir(jobsDir)).includes('first')).toBe(true)
    const jobChanges = await changes
    expect(jobChanges[0]).toMatchObject({ kind: 'all' })
    const trialItems = await trialChanges
    expect(trialItems[0]).toEqual({ kind: 'running', trials: [] })
    const phases = trialItems.flatMap((item) => (item.kind === 'changed' ? (item.trial.live?.phase ?? []) : []))
    expect(phases).toContain('verification')

    const summary = (await call('jobs.list', {})).jobs.find(({ jobName }) => jobName === 'first')
    expect(summary).toMatchObject({
      state: 'completed',
      tasks: 2,
      sources: ['tasks'],
      counts: { success: 1, failure: 1, queued: 0, running: 0 },
      rate: { resolved: 1, total: 2, judged: 2 },
    })
    const good = await trialOf('first', 'good')
    expect(good.trial).toMatchObject({ outcome: 'success', difficulty: 'easy', category: 'files', source: 'tasks' })
    expect(good.trial).toMatchObject({ reason: null, assisted: false })
    const bad = await trialOf('first', 'bad')
    expect(bad.trial).toMatchObject({ outcome: 'failure', reason: 'the verifier gave 0', difficulty: null })
  })

  test('shows a trial: what was done, printed, kept and set', async () => {
    const ref = await trialOf('first', 'bad').then(({ jobName, trialName }) => ({ jobName, trialName }))
    const shown = await call('trials.show', ref)
    expect(shown).toMatchObject({ position: 1, of: 2, previous: null, record: { outcome: 'failure' }, passing: null })
    expect(shown.next).not.toBeNull()

    const outline = await call('trials.outline', { ...ref, offset: 0, limit: 100 })
    expect(outline.origin).toBe('events')
    expect(outline.total).toBe(outline.steps.length)
    const agentStep = outline.steps.find(({ summary }) => summary.includes('solve.sh'))
    expect(agentStep).toMatchObject({ kind: 'command', isError: false })
    const [step] = await call('trials.steps', { ...ref, indices: [agentStep?.index ?? -1] })
    expect(step?.observations.map(({ text }) => text).join()).toContain('grün')
    const failing = outline.steps.find(({ isError }) => isError)
    expect(outline.firstError).toBe(failing?.index ?? null)
    const commands = await call('trials.outline', {
      ...ref,
      kinds: ['command'],
      text: 'SOLVE.SH',
      offset: 0,
      limit: 10,
    })
    expect(commands.steps.map(({ index }) => index)).toContain(agentStep?.index)
    expect((await call('trials.outline', { ...ref, kinds: ['tool'], offset: 0, limit: 10 })).total).toBe(0)

    const recording = await call('trials.recording', ref)
    expect(recording.phases.map(({ phase }) => phase)).toContain('agent-execution')
    const whole = await call('trials.readOutput', { ...ref, from: 0, limit: 1024 ** 2 })
    expect(whole).toMatchObject({ from: 0, to: recording.bytes })
    expect(whole.text).toContain('grün')
    const pieces = await follow('trial.output', { ...ref, fromByte: 0 }, () => false)
    expect(pieces.map(({ text }) => text).join('')).toBe(whole.text)

    const events = await follow('trial.events', ref, () => false)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
    expect(events.at(-1)?.type).toBe('trial.finished')
    const page = await call('trials.events', { ...ref, types: ['phase.started'], afterSeq: 3 })
    expect(page.lastSeq).toBe(events.length)
    expect(page.events).toEqual(events.filter(({ seq, type }) => seq > 3 && type === 'phase.started'))

    const { files } = await call('trials.files', ref)
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['result.json', 'verifier/reward.txt']))
    expect((await call('trials.readFile', { ...ref, path: 'verifier/reward.txt' })).text?.trim()).toBe('0')
    await expect(call('trials.readFile', { ...ref, path: '../../../etc/passwd' })).rejects.toMatchObject({
      code: 'invalid-input',
    })
    const { config, differences } = await call('trials.config', ref)
    expect(config).toContain('"trial_name"')
    expect(differences).toEqual([])
    expect(shown.tests).toEqual(shown.record?.tests)
    expect(shown.phases).toEqual(shown.record?.phases)
    // Its events say more.
    expect(await call('jobs.log', { jobName: 'first' })).toEqual({ text: null, from: 0 })
  })

  test('counts and compares', async () => {
    const overview = await call('stats.overview', {})
    expect(overview).toMatchObject({ backend: 'docker', rate: { resolved: 1, total: 2 }, running: 0 })
    expect(overview.byDifficulty).toMatchObject([{ key: 'easy', resolved: 1, total: 1 }])
    const facets = await call('trials.facets', { filter: { outcomes: ['success'] } })
    expect(facets.outcomes).toEqual([
      { value: 'failure', count: 1 },
      { value: 'success', count: 1 },
    ])
    expect(facets.tasks).toEqual([{ value: 'good', count: 1 }])
    const side = { jobName: 'first' }
    const comparison = await call('stats.compare', { sides: [side, side] })
    expect(comparison).toMatchObject({ sharedTasks: 2, unshared: [], warnings: [] })
  })

  test('runs chosen trials again as a new job', async () => {
    const bad = await trialOf('first', 'bad')
    const { jobNames } = await call('jobs.rerun', { jobName: 'first', trials: [bad.trialName] })
    expect(jobNames).toEqual(['first-rerun-1'])
    await ended('first-rerun-1')
    const { trials } = await call('trials.query', { filter: { jobNames } })
    expect(trials.map(({ taskName, source }) => [taskName, source])).toEqual([['bad', 'tasks']])
  })

  test('stops a job, goes on with it, and deletes it', async () => {
    const request = config({ job_name: 'long', tasks: [{ path: join(folder, 'slow', 'slow') }] })
    await call('jobs.start', { ...request, confirmed: false })
    expect(service.runningJobs()).toEqual(['long'])
    const { trialName } = await trialOf('long', 'slow')
    const [piece] = await follow('trial.output', { jobName: 'long', trialName }, ({ text }) => text.includes('started'))
    expect(piece?.text).toContain('started')
    expect((await call('engine.status', {})).runningTrials).toBe(1)
    await expect(call('jobs.delete', { jobNames: ['long'] })).rejects.toMatchObject({ code: 'busy' })
    await call('jobs.stop', { jobName: 'long' })
    await ended('long')
    expect((await call('jobs.show', { jobName: 'long' })).counts.aborted).toBe(1)

    await call('jobs.resume', { jobName: 'long' })
    await follow('trial.output', { jobName: 'long', trialName }, ({ text }) => text.includes('started'))
    await service.stopAll({ force: true })
    expect(service.runningJobs()).toEqual([])
    await call('jobs.delete', { jobNames: ['long'] })
    expect((await call('jobs.list', {})).jobs.map(({ jobName }) => jobName)).not.toContain('long')
    await expect(stat(join(jobsDir, 'long'))).rejects.toThrow()
  })

  test('deletes one trial for good', async () => {
    const { jobName, trialName } = await trialOf('first', 'bad')
    await call('trials.delete', { trials: [{ jobName, trialName }] })
    await call('engine.reindex', {})
    const { trials } = await call('trials.query', { filter: { jobNames: ['first'] } })
    expect(trials.map(({ taskName }) => taskName)).toEqual(['good'])
  })

  test('finds everything again after a restart', async () => {
    await service.dispose()
    service = open()
    expect((await call('jobs.list', {})).jobs.map(({ jobName }) => jobName).sort()).toEqual(['first', 'first-rerun-1'])
    await expect(call('jobs.show', { jobName: '../..' })).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(call('jobs.show', { jobName: 'none' })).rejects.toMatchObject({ code: 'not-found' })
  })
})

const FAILING = 'echo 0 > /logs/verifier/reward.txt'

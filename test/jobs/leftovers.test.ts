import { readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { BackendName, ListedContainer } from '../../src/core/environment/backend.ts'
import { createBackends } from '../../src/engine/backends.ts'
import { createService } from '../../src/engine/service.ts'
import { defaultStateFolder } from '../../src/node/sandbox/state-folder.ts'
import { ensureBuilt } from '../support/built.ts'
import { runCli, startNode } from '../support/child.ts'
import { containersOf, docker } from '../support/engine-clients.ts'
import { plainEnv, projectRoot, toConfig, useJobs, type Jobs } from '../support/engine.ts'
import type { RunnerOrder } from '../support/engine-runner.ts'
import { readJobRecord } from '../support/job-folder.ts'
import { describeOn, machine } from '../support/machine.ts'
import { BACKENDS } from '../support/machine-backends.ts'
import { BASE_IMAGE } from '../support/tasks.ts'

const RUNNER = join(projectRoot, 'test', 'support', 'engine-runner.ts')

/** An engine that dies in the middle of a trial, and what it leaves. */
async function leaveBehind(jobs: Jobs, name: string, backend: BackendName = 'docker'): Promise<ReadonlySet<string>> {
  const task = await jobs.task({ name: 'left' })
  const config = toConfig({ tasks: [task], config: { job_name: name } }, jobs.folder)
  const order: RunnerOrder = { jobsDir: jobs.folder, backend, config, killAt: 'container.started' }
  await using child = startNode([RUNNER, JSON.stringify(order)], { env: plainEnv })
  expect((await child.ended).signal, child.stderr()).toBe('SIGKILL')
  return new Set([(await readJobRecord(join(jobs.folder, name))).jobId])
}

describeOn('docker', 'leftovers', () => {
  const jobs = useJobs('leftovers')

  beforeAll(ensureBuilt)

  test('the next start removes those of dead engines and nothing else', async () => {
    const dead = await leaveBehind(jobs, 'dead')
    expect(await containersOf(dead)).toHaveLength(1)
    // A neighbour that is none of ours, and one that carries our labels for an owner on another machine.
    const neighbours = await Promise.all([
      docker.createContainer({ Image: BASE_IMAGE, Cmd: ['sleep', '60'] }),
      docker.createContainer({ Image: BASE_IMAGE, Cmd: ['sleep', '60'], Labels: foreignLabels() }),
    ])
    onTestFinished(async () => {
      for (const container of neighbours) await container.remove({ force: true })
    })

    const other = await jobs.task({ name: 'other' })
    let seen: readonly unknown[] | null = null
    const looks: Promise<void>[] = []
    await jobs.run({
      tasks: [other],
      onEvent: (_trial, event) => {
        if (event.type === 'container.started') looks.push(containersOf(dead).then((left) => void (seen = left)))
      },
    })
    await Promise.all(looks)
    expect(seen, 'gone before the first trial runs').toEqual([])
    const states = await Promise.all(neighbours.map(async (container) => container.inspect()))
    expect(states).toHaveLength(2)
    const resumed = await jobs.resume('dead')
    expect(resumed.report.allJudged).toBe(true)
  })

  test('a living engine keeps its containers while another cleans', async () => {
    const task = await jobs.task({ name: 'living' })
    const cleaned: Promise<{ code: number | null; stdout: string }>[] = []
    const job = await jobs.run({
      tasks: [task],
      onEvent: (_trial, event) => {
        if (event.type === 'container.started') cleaned.push(runCli(['clean', '--json', '-o', jobs.folder]))
      },
    })
    const [report] = await Promise.all(cleaned)
    expect(report?.code).toBe(0)
    expect(job.of('living').record.outcome).toBe('success')
  })

  test('tbcc clean removes them too, and says what it removed', async () => {
    const dead = await leaveBehind(jobs, 'cleaned')
    const { code, stdout } = await runCli(['clean', '--json', '-o', jobs.folder])
    expect(code).toBe(0)
    expect(stdout).toContain('tbcc-left__')
    expect(await containersOf(dead)).toEqual([])
    await jobs.leaveOut('cleaned', 'its engine was killed, and it was not resumed')
  })

  test('--no-delete keeps containers, labelled so; only clean --kept removes them', async () => {
    const task = await jobs.task({ name: 'kept' })
    await using child = startNode(
      [
        RUNNER,
        JSON.stringify({
          jobsDir: jobs.folder,
          backend: 'docker',
          config: toConfig(
            { tasks: [task], config: { job_name: 'kept', environment: { delete: false } } },
            jobs.folder,
          ),
        }),
      ],
      { env: plainEnv },
    )
    expect((await child.ended).code, child.stderr()).toBe(0)
    const ids = new Set([(await readJobRecord(join(jobs.folder, 'kept'))).jobId])
    const [kept] = await containersOf(ids)
    expect(kept?.name).toMatch(/^tbcc\.kept-kept__/)
    expect((await docker.getContainer(kept?.id ?? '').inspect()).State.Running, 'it can be looked into').toBe(true)
    await jobs.engine.clean({ kept: false })
    expect(await containersOf(ids)).toHaveLength(1)
    const { removed } = await jobs.engine.clean({ kept: true })
    expect(removed.map(({ id }) => id)).toContain(kept?.id)
    expect(await containersOf(ids)).toEqual([])
    jobs.expectWhole('kept')
  })
})

describe.each(BACKENDS)('%s', (backend) => {
  describeOn(backend, 'containers that are kept, and those of the dead', () => {
    const jobs = useJobs(`leftovers-${backend}`)
    const backends = createBackends(plainEnv)

    beforeAll(ensureBuilt)
    afterAll(async () => backends.dispose())

    /** Whatever stands of a job on this backend. */
    const listed = async (jobIds: ReadonlySet<string>): Promise<readonly ListedContainer[]> =>
      (await backends.get(backend).list()).filter(({ labels }) => labels !== null && jobIds.has(labels.jobId))
    const idsOf = async (job: string): Promise<ReadonlySet<string>> =>
      new Set([(await readJobRecord(join(jobs.folder, job))).jobId])

    test('a forced stop leaves those that are kept; clean --kept of another process removes them while their engine lives', async () => {
      const tasks = [await jobs.task({ name: 'a-kept' }), await jobs.task({ name: 'b-slow', solution: 'sleep 300' })]
      const stop = new AbortController()
      await jobs.run({
        tasks,
        backend,
        config: { job_name: 'forced', n_concurrent_trials: 1, environment: { delete: false } },
        signals: { cancel: stop.signal, force: stop.signal },
        onEvent(trialName, event) {
          const isSlow = trialName?.startsWith('b-slow') === true
          if (isSlow && event.type === 'phase.started' && event.phase === 'agent-execution') stop.abort()
        },
      })
      const ids = await idsOf('forced')
      await expect.poll(async () => (await listed(ids)).filter(({ kept }) => !kept), { timeout: 60_000 }).toEqual([])
      const first = (await listed(ids)).find(({ name }) => name.includes('a-kept'))
      expect(first).toMatchObject({ kept: true, running: true })

      const plain = await runCli(['clean', '-o', jobs.folder])
      expect(plain.stdout).toMatch(/left alone: .*kept by --no-delete/)
      expect((await listed(ids)).map(({ id }) => id)).toContain(first?.id)
      const { code, stdout } = await runCli(['clean', '--kept', '--json', '-o', jobs.folder])
      expect(code).toBe(0)
      expect(stdout).toContain(first?.id)
      expect(await listed(ids)).toEqual([])
    })

    test('a start of the service removes those of dead engines, whatever it is started for', async () => {
      const dead = await leaveBehind(jobs, 'dead', backend)
      expect(await listed(dead)).toHaveLength(1)
      const service = createService({
        jobsDir: jobs.folder,
        cwd: jobs.folder,
        env: plainEnv,
        version: '0',
        settingsDir: join(jobs.tasks, 'settings'),
      })
      try {
        await service.handlers['jobs.list']({ offset: 0, limit: 1 }, { signal: new AbortController().signal })
        await expect.poll(async () => listed(dead), { timeout: 60_000 }).toEqual([])
      } finally {
        await service.dispose()
      }
      await jobs.leaveOut('dead', 'its engine was killed, and it was not resumed')
    })

    test('a job on another backend has them removed, too', async (context) => {
      const other = backend === 'sandbox' ? 'docker' : 'sandbox'
      if (!(await machine[other]()).available) context.skip(`needs ${other}`)
      const dead = await leaveBehind(jobs, 'elsewhere', backend)
      await jobs.run({ tasks: [await jobs.task({ name: 'other' })], backend: other })
      await expect.poll(async () => listed(dead), { timeout: 60_000 }).toEqual([])
      await jobs.leaveOut('elsewhere', 'its engine was killed, and it was not resumed')
    })
  })
})

describeOn('sandbox', 'a record that a power cut left without its text', () => {
  const jobs = useJobs('leftovers-cut')
  const backends = createBackends(plainEnv)

  beforeAll(ensureBuilt)
  afterAll(async () => backends.dispose())

  test('is removed by tbcc clean, with the files of its sandbox', async () => {
    const dead = await leaveBehind(jobs, 'cut', 'sandbox')
    const listed = async () => backends.get('sandbox').list()
    const left = (await listed()).find(({ labels }) => labels !== null && dead.has(labels.jobId))
    const folder = defaultStateFolder(process.getuid?.() ?? 0)
    truncateSync(join(folder, `${left?.id}.json`))
    const found = async () => (await listed()).find(({ id }) => id === left?.id)
    // Its first process ends with its engine, some time after it.
    await expect.poll(found, { timeout: 60_000 }).toMatchObject({ labels: null, abandoned: true })
    const { code, stdout } = await runCli(['clean', '--json', '-o', jobs.folder])
    expect(code).toBe(0)
    expect(stdout).toContain(left?.id)
    expect(await found()).toBeUndefined()
    expect(readdirSync(folder).filter((name) => name.includes(left?.id ?? ''))).toEqual([])
    await jobs.leaveOut('cut', 'its engine was killed, and it was not resumed')
  })
})

function foreignLabels(): Record<string, string> {
  return {
    'tbcc.job': 'of-another-machine',
    'tbcc.trial': 'of-another-machine',
    'tbcc.owner.machine': '0'.repeat(32),
    'tbcc.owner.boot': 'another',
    'tbcc.owner.pid': '1',
    'tbcc.owner.start': '1',
  }
}

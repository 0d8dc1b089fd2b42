import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { ensureBuilt } from '../support/built.ts'
import { runCli, startNode } from '../support/child.ts'
import { containersOf, docker } from '../support/engine-clients.ts'
import { plainEnv, projectRoot, toConfig, useJobs, type Jobs } from '../support/engine.ts'
import type { RunnerOrder } from '../support/engine-runner.ts'
import { readJobRecord } from '../support/job-folder.ts'
import { describeOn } from '../support/machine.ts'
import { BASE_IMAGE } from '../support/tasks.ts'

const RUNNER = join(projectRoot, 'test', 'support', 'engine-runner.ts')

/** An engine that dies in the middle of a trial, and what it leaves. */
async function leaveBehind(jobs: Jobs, name: string): Promise<ReadonlySet<string>> {
  const task = await jobs.task({ name: 'left' })
  const config = toConfig({ tasks: [task], config: { job_name: name } }, jobs.folder)
  const order: RunnerOrder = { jobsDir: jobs.folder, backend: 'docker', config, killAt: 'container.started' }
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

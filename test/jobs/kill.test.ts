import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { ensureBuilt } from '../support/built.ts'
import { runCli, startNode } from '../support/child.ts'
import { plainEnv, projectRoot, toConfig, useJobs, type Jobs } from '../support/engine.ts'
import type { RunnerOrder } from '../support/engine-runner.ts'
import { readJobEvents, trialFolders } from '../support/job-folder.ts'
import { describeOn } from '../support/machine.ts'
import { snapshot } from '../support/snapshot.ts'

/*
 * The engine is killed after each event of a job in turn, by itself and without any handler, and the job is resumed by
 * another process: this one.
 */

const RUNNER = join(projectRoot, 'test', 'support', 'engine-runner.ts')

const Told = z.object({ told: z.number() })

/** How a process that runs a job ended: what it says at its end, or null where it was killed. */
async function runChild(order: RunnerOrder): Promise<{ readonly told: number } | null> {
  await using child = startNode([RUNNER, JSON.stringify(order)], { env: plainEnv })
  const { code, signal } = await child.ended
  if (signal === 'SIGKILL') return null
  if (code !== 0) throw new Error(`the runner ended with ${code}:\n${child.stderr()}`)
  return Told.parse(JSON.parse(child.stdout()))
}

/** Trials that had ended for good, with every file of theirs. */
async function finishedTrials(job: string): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const finished: Record<string, Readonly<Record<string, string>>> = {}
  for (const trial of await trialFolders(job)) {
    if (existsSync(join(trial, 'result.json'))) finished[trial] = await snapshot(trial)
  }
  return finished
}

/** Resumes a job and checks that nothing finished was run again or changed, and that all of it has ended. */
async function resumeAndCheck(jobs: Jobs, name: string, trials: number): Promise<void> {
  const directory = join(jobs.folder, name)
  const before = await finishedTrials(directory)
  const seqBefore = (await readJobEvents(directory)).length
  const job = await jobs.resume(name)
  const after = await finishedTrials(directory)
  expect(job.report.state).toBe('completed')
  expect(job.trials).toHaveLength(trials)
  expect(job.trials.map(({ record }) => record.outcome)).toEqual(Array.from({ length: trials }, () => 'success'))
  for (const [trial, files] of Object.entries(before)) expect(after[trial], `${trial} was touched`).toEqual(files)
  expect(job.events.length).toBeGreaterThan(seqBefore)
  for (const trial of job.trials) {
    const archives = (await readdir(directory)).filter((entry) => entry.startsWith(`${trial.name}.replaced-`))
    expect(archives, `${trial.name}: what was replaced is kept`).toHaveLength(trial.record.replaced)
  }
}

for (const { backend, step } of [
  { backend: 'sandbox', step: 1 },
  // Each point costs a process, and a container more: those of the sandbox are the same, but for the container.
  { backend: 'docker', step: 3 },
] as const) {
  describeOn(backend, `kill -9 of the engine on ${backend}`, () => {
    const jobs = useJobs(`kill-${backend}`)
    let tasks: string[]
    let points: number

    const order = (name: string): RunnerOrder => ({
      jobsDir: jobs.folder,
      backend,
      config: toConfig({ tasks, agents: [{ name: 'nop' }], config: { job_name: name } }, jobs.folder),
    })

    beforeAll(async () => {
      const tests = 'echo 1 > /logs/verifier/reward.txt'
      tasks = [await jobs.task({ name: 'first', tests }), await jobs.task({ name: 'second', tests })]
      const undisturbed = await runChild(order('undisturbed'))
      jobs.expectWhole('undisturbed')
      points = undisturbed?.told ?? 0
    })

    test('at every event of a job, then resume', { timeout: 1_800_000 }, async () => {
      expect(points).toBeGreaterThan(30)
      let next = 1
      const work = async (): Promise<void> => {
        while (next <= points) {
          const point = next
          next += step
          await runChild({ ...order(`at-${point}`), killAfter: point })
          await resumeAndCheck(jobs, `at-${point}`, tasks.length)
        }
      }
      await Promise.all([work(), work()])
    })

    test('again and again, each resume a little further', async () => {
      const name = 'many-times'
      await runChild({ ...order(name), killAfter: 20 })
      for (let point = 5; point < points; point += 9)
        await runChild({ jobsDir: jobs.folder, backend, resume: name, killAfter: point })
      const { trials } = await jobs.engine.find(name).then((found) => (found.kind === 'job' ? found : { trials: [] }))
      expect(trials.length).toBe(tasks.length)
      if (trials.some(({ state }) => state !== 'finished')) await resumeAndCheck(jobs, name, tasks.length)
      jobs.expectWhole(name)
    })
  })
}

describeOn('sandbox', 'kill -9 between an attempt and its retry', () => {
  const jobs = useJobs('kill-retry')
  let order: (name: string) => RunnerOrder

  beforeAll(async () => {
    const tasks = [await jobs.task({ name: 'without-a-reward', tests: 'true' })]
    // Longer than a slow disk needs to take the event that begins it.
    const retry = { max_retries: 1, exclude_exceptions: [], min_wait_sec: 1.5, max_wait_sec: 1.5 }
    order = (name) => ({
      jobsDir: jobs.folder,
      backend: 'sandbox',
      config: toConfig({ tasks, agents: [{ name: 'nop' }], config: { job_name: name, retry } }, jobs.folder),
    })
    await runChild(order('retried'))
  })

  // The last one begins the wait.
  test.each(['trial.finished', 'trial.ended', 'trial.retry-scheduled', 'trial.replaced'])(
    'at %s: a resume runs it again',
    async (killAt) => {
      const name = `at-${killAt.replace('.', '-')}`
      await runChild({ ...order(name), killAt })
      const job = await jobs.resume(name)
      expect(job.report.state).toBe('completed')
      const { record } = job.of('without-a-reward')
      expect(record).toMatchObject({ outcome: 'error', exception: { type: 'RewardFileNotFoundError' } })
      // What was killed, and the one retry of the run that ended.
      expect(record.replaced).toBe(2)
      const archives = (await readdir(job.directory)).filter((entry) => entry.includes('.replaced-'))
      expect(archives).toHaveLength(record.replaced)
    },
  )

  test('not after its last attempt', async () => {
    jobs.expectWhole('retried')
    await expect(jobs.engine.prepareResume('retried', { retryExceptions: null, secrets: {} })).resolves.toMatchObject({
      trials: [],
    })
  })
})

describeOn('sandbox', 'a job that was killed after its last trial', () => {
  const jobs = useJobs('kill-last')

  beforeAll(ensureBuilt)

  test('lacks nothing but its end, and tbcc resume writes that', async () => {
    const { name, directory } = await jobs.run({ tasks: [await jobs.task({ name: 'only' })], backend: 'sandbox' })
    const stream = join(directory, 'tbcc.events.jsonl')
    const lines = (await readFile(stream, 'utf8')).split('\n')
    expect(lines.at(-2)).toContain('"type":"job.finished"')
    await writeFile(stream, [...lines.slice(0, -2), ''].join('\n'))
    await jobs.engine.reindex()
    const before = await finishedTrials(directory)
    const resume = async () => runCli(['resume', name, '-o', jobs.folder, '-q'], { cwd: jobs.tasks })
    const resumed = await resume()
    expect(resumed, resumed.stderr).toMatchObject({ code: 0, stderr: '' })
    expect((await readJobEvents(directory)).at(-1)).toMatchObject({ type: 'job.finished', state: 'completed' })
    expect(await finishedTrials(directory)).toEqual(before)
    expect((await resume()).stderr).toContain(`nothing of job ${name} is left to run`)
  })
})

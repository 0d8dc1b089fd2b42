import { cp, rm, truncate, writeFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { startNode } from '../support/child.ts'
import { plainEnv, projectRoot, toConfig, useJobs } from '../support/engine.ts'
import { filesBelow, trialFolders } from '../support/job-folder.ts'
import { describeOn } from '../support/machine.ts'
import { snapshot } from '../support/snapshot.ts'

/*
 * A power cut leaves files that were being written shorter than they were, or full of zeros. A job is killed while its
 * second trial runs; then each file that is not a finished trial's own is damaged in turn, and the job resumed.
 */

const RUNNER = join(projectRoot, 'test', 'support', 'engine-runner.ts')

const DAMAGES: readonly { readonly name: string; readonly apply: (path: string) => Promise<void> }[] = [
  { name: 'empty', apply: async (path) => truncate(path, 0) },
  { name: 'cut in half', apply: async (path) => truncate(path, Math.floor((await stat(path)).size / 2)) },
  { name: 'zeros', apply: async (path) => writeFile(path, Buffer.alloc((await stat(path)).size)) },
]

describeOn('sandbox', 'a power cut', () => {
  const jobs = useJobs('power-cut')
  let pristine: string
  let job: string
  let finished: string
  let damageable: readonly string[]

  beforeAll(async () => {
    const tasks = [
      await jobs.task({ name: 'first' }),
      await jobs.task({ name: 'second', solution: 'echo some output; echo yes > done' }),
    ]
    const config = toConfig({ tasks, config: { job_name: 'cut', n_concurrent_trials: 1 } }, jobs.folder)
    // The job's own event of the first trial's end, and then some of the second.
    const order = { jobsDir: jobs.folder, backend: 'sandbox', config, killAt: 'verdict.reached' }
    await using child = startNode([RUNNER, JSON.stringify({ ...order, killAt: undefined, killAfter: 45 })], {
      env: plainEnv,
    })
    const { signal } = await child.ended
    expect(signal, child.stderr()).toBe('SIGKILL')
    job = join(jobs.folder, 'cut')
    const trials = await trialFolders(job)
    const ended = (await Promise.all(trials.map(async (trial) => ({ trial, files: await filesBelow(trial) })))).filter(
      ({ files }) => files.includes('result.json'),
    )
    expect(trials, 'the second trial was running').toHaveLength(2)
    expect(ended).toHaveLength(1)
    finished = ended[0]?.trial ?? ''
    pristine = join(jobs.folder, '..', 'pristine')
    await cp(job, pristine, { recursive: true })
    const own = finished.slice(job.length + 1)
    // The job's own record is whole on disk before its first trial starts; without it there is nothing to resume.
    const whole = (file: string): boolean =>
      file.startsWith(`${own}/`) || file.startsWith('.tbcc.') || file === 'tbcc.json'
    damageable = (await filesBelow(job)).filter((file) => !whole(file))
  })

  test.each(DAMAGES)('each file that was being written: $name', async ({ name, apply }) => {
    expect(damageable).toEqual(expect.arrayContaining(['config.json', 'tbcc.events.jsonl', 'result.json']))
    const kept = await snapshot(finished)
    for (const file of damageable) {
      await rm(job, { recursive: true })
      await cp(pristine, job, { recursive: true })
      await apply(join(job, file))
      const resumed = await jobs.resume('cut')
      expect(resumed.report.state, `${file} ${name}`).toBe('completed')
      expect(
        resumed.trials.map(({ record }) => record.outcome),
        `${file} ${name}`,
      ).toEqual(['success', 'success'])
      expect(await snapshot(finished), `${file} ${name}: the finished trial`).toEqual(kept)
    }
  })
})

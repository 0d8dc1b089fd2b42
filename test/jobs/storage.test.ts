import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import type { StoredEvent } from '../../src/contract/events.ts'
import type { JobReport } from '../../src/engine/engine.ts'
import { createEngine } from '../../src/engine/index.ts'
import { requestStop } from '../../src/node/fs/stop-request.ts'
import { startNode } from '../support/child.ts'
import { plainEnv, projectRoot, toConfig, useJobs } from '../support/engine.ts'
import { describeOn } from '../support/machine.ts'
import { snapshot } from '../support/snapshot.ts'

const run = promisify(execFile)
const RUNNER = join(projectRoot, 'test', 'support', 'engine-runner.ts')
const never = { cancel: new AbortController().signal, force: new AbortController().signal }
/** What hangs takes as long, and nothing else. */
const HANG_MS = 300_000
const silent = { onJobEvent() {}, onTrialEvent() {}, onOutput() {} }

describeOn('sandbox', 'the jobs folder', () => {
  const jobs = useJobs('storage')

  test('a corrupt or deleted index is rebuilt by itself with the same content', async () => {
    const task = await jobs.task({ name: 'indexed' })
    const first = createEngine({ jobsDir: jobs.folder, cwd: jobs.folder, env: plainEnv, version: '0' })
    const job = await jobs.run({ tasks: [task], backend: 'sandbox', engine: first, config: { n_attempts: 2 } })
    await first.dispose()
    const content = async () => {
      const engine = createEngine({ jobsDir: jobs.folder, cwd: jobs.folder, env: plainEnv, version: '0' })
      try {
        const found = await engine.find(job.name)
        return { jobs: await engine.listJobs(), found: found.kind === 'job' ? found.trials : null }
      } finally {
        await engine.dispose()
      }
    }
    const before = await content()
    expect(before.found).toHaveLength(2)
    const index = join(jobs.folder, '.tbcc.db')
    for (const damage of [
      async () => rm(index),
      async () =>
        writeFile(
          index,
          'no database at all, but more than a hundred bytes of text so that it is not taken for a new one'.repeat(20),
        ),
      async () => writeFile(index, Buffer.alloc((await stat(index)).size)),
      async () => writeFile(index, ''),
    ]) {
      await Promise.all(['-wal', '-shm'].map(async (suffix) => rm(index + suffix, { force: true })))
      await damage()
      expect(await content(), String(damage)).toEqual(before)
    }
    expect(await jobs.engine.reindex()).toMatchObject({ jobs: 1, trials: 2 })
    expect(await content()).toEqual(before)
  })

  test('two engines on one jobs folder: both run jobs, each job has one', async () => {
    const task = await jobs.task({ name: 'shared', solution: 'sleep 0.5; echo yes > done' })
    const other = jobs.open()
    const running = jobs.run({ tasks: [task], backend: 'sandbox', config: { job_name: 'mine' } })
    const theirs = jobs.run({ tasks: [task], backend: 'sandbox', engine: other, config: { job_name: 'theirs' } })
    const [mine] = await Promise.all([running, theirs])
    expect(mine.report.allJudged).toBe(true)
    const names = (await other.listJobs()).map(({ jobName }) => jobName)
    expect(names).toEqual(expect.arrayContaining(['mine', 'theirs']))
  })

  test('a job that another process runs is busy, and followed from its files', async () => {
    const task = await jobs.task({ name: 'held', solution: 'echo spoken; sleep 300' })
    const config = toConfig({ tasks: [task], config: { job_name: 'held' } }, jobs.folder)
    await using child = startNode([RUNNER, JSON.stringify({ jobsDir: jobs.folder, backend: 'sandbox', config })], {
      env: plainEnv,
    })
    const listed = async (): Promise<readonly string[]> => (await jobs.engine.listJobs()).map(({ jobName }) => jobName)
    await expect.poll(listed, { timeout: HANG_MS }).toContain('held')
    const refused = jobs.engine
      .prepareResume('held', { retryExceptions: null, secrets: {} })
      .then(async (prepared) => jobs.engine.run(prepared, silent, never))
    await expect(refused).rejects.toMatchObject({ code: 'busy' })
    await expect(refused).rejects.toThrow(String(child.pid))
    let last: StoredEvent | null = null
    for await (const event of jobs.engine.events(
      { jobName: 'held', trialName: null },
      { afterSeq: 0, follow: true, signal: never.cancel },
    )) {
      last = event
      if (event.type === 'trial.admitted') await requestStop(join(jobs.folder, 'held'), { force: false })
    }
    expect(last).toMatchObject({ type: 'job.finished', state: 'cancelled' })
    expect((await child.ended).code, child.stderr()).toBe(0)
    jobs.expectWhole('held')
  })

  test('a resume that was settled before another process went on runs nothing again', async () => {
    const task = await jobs.task({ name: 'overtaken' })
    const cancel = AbortSignal.abort()
    await jobs.run({ tasks: [task], backend: 'sandbox', config: { job_name: 'overtaken' }, signals: { cancel } })
    const late = await jobs.engine.prepareResume('overtaken', { retryExceptions: null, secrets: {} })
    expect(late.trials).toHaveLength(1)
    const { directory } = await jobs.resume('overtaken', { engine: jobs.open() })
    const before = await snapshot(directory)
    await expect(jobs.engine.run(late, silent, never)).rejects.toMatchObject({ code: 'busy' })
    expect(await snapshot(directory)).toEqual(before)
    const again = await jobs.engine.prepareResume('overtaken', { retryExceptions: null, secrets: {} })
    expect([again.trials.length, again.finishedTrials]).toEqual([0, 1])
  })

  test('a trial whose earlier run was packed and not yet taken away is run again', async () => {
    const task = await jobs.task({ name: 'packed' })
    const job = await jobs.run({ tasks: [task], backend: 'sandbox' })
    const { directory, name } = job.of('packed')
    await writeFile(join(directory, '..', `.tbcc-emptying-${name}`), '')
    const resumed = await jobs.resume(job.name)
    expect(resumed.events.map(({ type }) => type)).toContain('trial.admitted')
    expect(resumed.of('packed').record.outcome).toBe('success')
  })

  test('a trial that our own record calls aborted is left to run, whatever its result says', async () => {
    const task = await jobs.task({ name: 'stopped' })
    const job = await jobs.run({ tasks: [task], backend: 'sandbox' })
    const { directory, name, record } = job.of('stopped')
    await jobs.leaveOut(job.name, 'its files were changed')
    const left = async (): Promise<readonly string[]> => {
      const prepared = await jobs.engine.prepareResume(job.name, { retryExceptions: null, secrets: {} })
      return prepared.trials.map(({ trialName }) => trialName)
    }
    expect(await left()).toEqual([])
    const own = join(directory, 'tbcc.json')
    await writeFile(own, JSON.stringify({ ...record, outcome: 'aborted', blame: 'user' }))
    expect(await left()).toEqual([name])
    // As Harbor left it.
    await rm(own)
    expect(await left()).toEqual([])
  })

  test('a folder that cannot be written is refused before anything starts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tbcc-read-only-'))
    onTestFinished(async () => {
      await run('mount', ['-o', 'remount,rw', folder]).catch(() => {})
      await run('umount', [folder]).catch(() => {})
      await rm(folder, { recursive: true, force: true })
    })
    // Root may write whatever the modes say: only a read-only mount stops it.
    if (process.getuid?.() === 0) await run('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', folder])
    else await chmod(folder, 0o500)
    const task = await jobs.task({ name: 'plain' })
    const engine = createEngine({ jobsDir: folder, cwd: folder, env: plainEnv, version: '0' })
    onTestFinished(async () => engine.dispose())
    const started = engine
      .prepare({ config: toConfig({ tasks: [task] }, folder), backend: 'sandbox' })
      .then(async (job) => engine.run(job, silent, never))
    await expect(started).rejects.toMatchObject({ code: 'storage-read-only' })
  })
})

/** A full disk needs a file system of its own, which only root can mount. */
describeOn('sandbox', 'a full disk', () => {
  const jobs = useJobs('full-disk')

  test.skipIf(process.getuid?.() !== 0)('ends the job with a clear error, and nothing finished is lost', async () => {
    const disk = await mkdtemp(join(tmpdir(), 'tbcc-full-'))
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', disk])
    onTestFinished(async () => {
      await run('umount', [disk])
      await rm(disk, { recursive: true, force: true })
    })
    const folder = join(disk, 'jobs')
    await mkdir(folder)
    const small = await jobs.task({ name: 'a-small' })
    const large = await jobs.task({
      name: 'b-large',
      solution: 'head -c 30000000 /dev/urandom | base64; echo yes > done',
    })
    const engine = createEngine({ jobsDir: folder, cwd: disk, env: plainEnv, version: '0' })
    onTestFinished(async () => engine.dispose())
    const config = toConfig({ tasks: [small, large], config: { job_name: 'filled', n_concurrent_trials: 1 } }, folder)
    const prepared = await engine.prepare({ config, backend: 'sandbox' })
    await expect(engine.run(prepared, silent, never)).rejects.toMatchObject({ code: 'storage-full' })
    const job = join(folder, 'filled')
    const finished = (await readdir(job)).find((name) => name.startsWith('a-small__')) ?? ''
    expect(existsSync(join(job, finished, 'result.json'))).toBe(true)
    const before = await snapshot(join(job, finished))

    // With room again the rest runs.
    await run('mount', ['-o', 'remount,size=256m', disk])
    const again = createEngine({ jobsDir: folder, cwd: disk, env: plainEnv, version: '0' })
    onTestFinished(async () => again.dispose())
    const report: JobReport = await again.run(
      await again.prepareResume('filled', { retryExceptions: null, secrets: {} }),
      silent,
      never,
    )
    expect(report.trials.map(({ outcome }) => outcome)).toEqual(['success', 'success'])
    expect(await snapshot(join(job, finished))).toEqual(before)
  })
})

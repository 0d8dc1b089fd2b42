import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { ensureBuilt } from '../support/built.ts'
import { startCli, type Child } from '../support/child.ts'
import { containersOf } from '../support/engine-clients.ts'
import { plainEnv, useJobs } from '../support/engine.ts'
import { readJobEvents, readJobRecord, readJson, readTrialRecord, trialFolders } from '../support/job-folder.ts'
import { describeOn } from '../support/machine.ts'
import { snapshot } from '../support/snapshot.ts'

/** Two signals closer together than this are one key press that arrives twice. */
const TWO_KEY_PRESSES_MS = 400

/** The slow solution runs, and its output is followed. */
const UNDER_WAY = /"type":"output\.written","phase":"agent-execution"/

/** Ctrl-C as a terminal sends it: to the whole group of a real process. */
describeOn('docker', 'Ctrl-C', () => {
  const jobs = useJobs('cancel')

  beforeAll(async () => {
    await ensureBuilt()
    await jobs.task({ name: 'set/a-quick' })
    // Slow only where the host says so: a resume without that variable gets through.
    const solution =
      'if [ "$SLOW" = yes ]; then trap "" TERM; echo partial > /logs/agent/work.txt; echo under-way; sleep 300; fi; echo yes > done'
    await jobs.task({ name: 'set/b-slow', solution, toml: '[solution.env]\nSLOW = "${SLOW:-no}"' })
    await jobs.task({ name: 'set/c-last' })
  })

  const startJob = (name: string): Child =>
    startCli(
      [
        'run',
        '-p',
        join(jobs.tasks, 'set'),
        '-a',
        'oracle',
        '-n',
        '1',
        '-e',
        'docker',
        '-o',
        jobs.folder,
        '--job-name',
        name,
        '--json',
        '-y',
      ],
      {
        env: { ...plainEnv, SLOW: 'yes' },
        cwd: jobs.tasks,
      },
    )

  const folderOf = async (job: string, task: string): Promise<string> => {
    const folders = await trialFolders(job)
    return folders.find((folder) => folder.includes(`/${task}__`)) ?? ''
  }

  test('once: keeps what is finished, recovers logs, cleans up, exits 130; a resume runs the rest', async () => {
    await using child = startJob('once')
    await child.until(UNDER_WAY)
    child.signal('SIGINT')
    expect(await child.ended, child.stderr()).toEqual({ code: 130, signal: null })
    const job = join(jobs.folder, 'once')
    const quick = await folderOf(job, 'a-quick')
    const slow = await folderOf(job, 'b-slow')
    expect(await readTrialRecord(quick)).toMatchObject({ outcome: 'success' })
    expect(await readTrialRecord(slow)).toMatchObject({
      outcome: 'aborted',
      blame: 'user',
      exception: { type: 'CancelledError' },
    })
    expect(await readJson(join(slow, 'result.json'))).toMatchObject({
      exception_info: { exception_type: 'CancelledError' },
    })
    expect(existsSync(join(slow, 'agent', 'work.txt')), 'logs are recovered').toBe(true)
    expect(await folderOf(job, 'c-last'), 'nothing more is admitted').toBe('')
    expect((await readJobEvents(job)).slice(-1)).toMatchObject([{ type: 'job.finished', state: 'cancelled' }])
    expect(await readJson(join(job, 'result.json'))).toMatchObject({
      finished_at: null,
      stats: { n_completed_trials: 2, n_cancelled_trials: 1, n_pending_trials: 1 },
    })
    const before = await snapshot(quick)
    const resumed = await jobs.resume('once')
    expect(resumed.report).toMatchObject({ state: 'completed', allJudged: true })
    expect(resumed.trials.map(({ record }) => [record.taskName, record.outcome, record.replaced])).toEqual([
      ['a-quick', 'success', 0],
      ['b-slow', 'success', 1],
      ['c-last', 'success', 0],
    ])
    expect(await snapshot(quick)).toEqual(before)
    // Who follows the job from its beginning sees both runs of it.
    const followed: string[] = []
    const follow = { afterSeq: 0, follow: true, signal: new AbortController().signal }
    for await (const { type } of jobs.engine.events({ jobName: 'once', trialName: null }, follow)) followed.push(type)
    expect(followed).toEqual(resumed.events.map(({ type }) => type))
    expect(existsSync(`${slow}.replaced-1.tar.gz`)).toBe(true)
  })

  test('twice: gives up what cannot be had at once, leaves nothing behind', async () => {
    await using child = startJob('twice')
    await child.until(UNDER_WAY)
    child.signal('SIGINT')
    // From here on: however late the first one is heeded, the second one comes that much later.
    await child.until(/"type":"job\.stopping"/)
    await pause(TWO_KEY_PRESSES_MS)
    child.signal('SIGINT')
    expect(await child.ended, child.stderr()).toEqual({ code: 130, signal: null })
    const { jobId } = await readJobRecord(join(jobs.folder, 'twice'))
    // The process ends whatever hangs: an engine that is slow may still be at the removal that it was asked for.
    await expect.poll(async () => containersOf(new Set([jobId])), { timeout: 60_000 }).toEqual([])
    const resumed = await jobs.resume('twice')
    expect(resumed.events).toEqual(
      expect.arrayContaining([expect.objectContaining({ type: 'job.stopping', force: true })]),
    )
    expect(resumed.trials.map(({ record }) => record.outcome)).toEqual(['success', 'success', 'success'])
  })

  test('while a trial waits for its retry: it is still to run', async () => {
    const stop = new AbortController()
    const retry = { max_retries: 1, exclude_exceptions: [], min_wait_sec: 600, max_wait_sec: 600 }
    // The quick one ends first.
    const late = await jobs.task({
      name: 'without-a-reward',
      tests: 'if [ "$GIVES" = yes ]; then echo 1 > /logs/verifier/reward.txt; fi',
      toml: '[verifier.env]\nGIVES = "${GIVES:-no}"',
    })
    const tasks = [join(jobs.tasks, 'set/a-quick'), late]
    const job = await jobs.run({
      tasks,
      config: { n_concurrent_trials: 1, retry },
      signals: { cancel: stop.signal },
      onEvent: (_trial, { type }) => (type === 'trial.retry-scheduled' ? stop.abort() : undefined),
    })
    expect(job.report).toMatchObject({ state: 'cancelled' })
    expect(job.report.trials.map(({ taskName, state }) => [taskName, state])).toEqual([
      ['a-quick', 'finished'],
      ['without-a-reward', 'queued'],
    ])
    expect(await readJson(join(job.directory, 'result.json'))).toMatchObject({
      finished_at: null,
      stats: { n_completed_trials: 1, n_pending_trials: 1, n_errored_trials: 0, n_retries: 1 },
    })
    const archives = (await readdir(job.directory)).filter((entry) => entry.includes('.replaced-'))
    expect(archives).toEqual([expect.stringMatching(/^without-a-reward__\w+\.replaced-1\.tar\.gz$/)])
    const engine = jobs.open({ ...plainEnv, GIVES: 'yes' })
    const again = await jobs.resume(job.name, { engine })
    expect(again.report).toMatchObject({ state: 'completed' })
    expect(again.of('without-a-reward').record).toMatchObject({ outcome: 'success', replaced: 1 })
    expect(again.events.filter(({ type }) => type === 'trial.ended')).toHaveLength(3)
  })

  test('before the first trial: nothing is started', async () => {
    const cancelled = AbortSignal.abort()
    const job = await jobs.run({ tasks: [join(jobs.tasks, 'set/a-quick')], signals: { cancel: cancelled } })
    expect(job.report).toMatchObject({ state: 'cancelled' })
    expect(job.trials).toEqual([])
  })
})

import { existsSync, mkdtempSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobEventBody } from '../src/contract/events.ts'
import { JobConfig, type JobConfigInput } from '../src/contract/harbor/job-config.ts'
import { stampEvent, toEventLine } from '../src/core/job/event-line.ts'
import { createService, type Service } from '../src/engine/service.ts'
import { plainEnv } from './support/engine.ts'
import { describeOn } from './support/machine.ts'
import { createServiceClient } from './support/service.ts'
import { makeTask } from './support/tasks.ts'
import { putFailedTriesAside } from './support/tries.ts'

/* The service and jobs that it does not run itself, or that ran before; in Linux namespaces, which start at once. */

describeOn('sandbox', 'the service and other jobs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tbcc-service-jobs-'))
  const jobsDir = join(folder, 'jobs')
  const open = (): Service =>
    createService({
      jobsDir,
      cwd: folder,
      env: { ...plainEnv, TBCC_TASKS: join(folder, 'tasks') },
      version: '0',
      settingsDir: join(folder, 'settings'),
    })
  const service = open()
  let other = open()
  const { call, follow } = createServiceClient(() => service)
  const config = (fields: JobConfigInput) => ({ config: JobConfig.parse(fields), backend: 'sandbox' as const })
  const jobOf = (change: Awaited<ReturnType<typeof follow<'jobs.changes'>>>[number], jobName: string) =>
    change.kind === 'all'
      ? change.jobs.find((job) => job.jobName === jobName)
      : change.kind === 'changed' && change.job.jobName === jobName
        ? change.job
        : undefined

  beforeAll(async () => {
    await makeTask(join(folder, 'tasks'), { name: 'good' })
    await makeTask(join(folder, 'slow'), { name: 'slow', solution: 'echo started; sleep 300' })
  })
  afterAll(async () => {
    await Promise.all([service.dispose(), other.dispose()])
    await rm(folder, { recursive: true, force: true })
  })
  putFailedTriesAside(jobsDir, {
    async stop() {
      await other.dispose()
      other = open()
    },
    reindex: async () => call('engine.reindex', {}),
  })

  test('sees a job of another engine, and stops it through its folder', async () => {
    const theirs = createServiceClient(() => other)
    const request = config({ job_name: 'theirs', tasks: [{ path: join(folder, 'slow', 'slow') }] })
    const runs = follow('jobs.changes', {}, (change) => jobOf(change, 'theirs')?.counts.running === 1)
    await theirs.call('jobs.start', { ...request, confirmed: false })
    const seen = jobOf((await runs).at(-1) ?? { kind: 'removed', jobName: '' }, 'theirs')
    expect(seen).toMatchObject({ state: 'running', own: false })
    expect(service.runningJobs()).toEqual([])
    await expect(call('jobs.delete', { jobNames: ['theirs'] })).rejects.toMatchObject({ code: 'busy' })

    const ended = follow('jobs.changes', {}, (change) => (jobOf(change, 'theirs')?.state ?? 'running') !== 'running')
    await call('jobs.stop', { jobName: 'theirs', force: true })
    expect(jobOf((await ended).at(-1) ?? { kind: 'removed', jobName: '' }, 'theirs')?.state).toBe('cancelled')
    // Its end is told of before its engine has let go of it.
    await expect.poll(() => other.runningJobs(), { timeout: 60_000 }).toEqual([])
  })

  test('starts no job that was still being prepared when it was ended', async () => {
    const ending = open()
    const late = createServiceClient(() => ending)
    await late.call('jobs.list', {})
    const request = config({ job_name: 'late', tasks: [{ path: join(folder, 'slow', 'slow') }] })
    const started = late.call('jobs.start', { ...request, confirmed: false })
    const refused = expect(started).rejects.toMatchObject({ code: 'unsupported' })
    await ending.stopAll({ force: false })
    await refused
    expect(existsSync(join(jobsDir, 'late'))).toBe(false)
    await ending.dispose()
    await ending.dispose()
    await expect(late.call('jobs.list', {})).rejects.toMatchObject({ code: 'unsupported' })

    const unused = open()
    await unused.stopAll({ force: false })
    await expect(createServiceClient(() => unused).call('jobs.list', {})).rejects.toMatchObject({ code: 'unsupported' })
    await unused.dispose()
  })

  test('estimates by what ran before, and tells the steps of a trajectory', async () => {
    const request = config({ job_name: 'first', tasks: [{ path: join(folder, 'tasks', 'good') }] })
    expect((await call('jobs.prepare', request)).estimate).toMatchObject({ unknownTrials: 1, durationMs: null })
    const changes = follow('jobs.changes', {}, (change) => jobOf(change, 'first')?.state === 'completed')
    await call('jobs.start', { ...request, confirmed: false })
    await changes
    const { estimate } = await call('jobs.prepare', config({ ...request.config, job_name: 'second' }))
    expect(estimate.unknownTrials).toBe(0)
    expect(estimate.durationMs).toBeGreaterThan(0)

    const { trials } = await call('trials.query', { filter: { jobNames: ['first'] } })
    const ref = { jobName: 'first', trialName: trials[0]?.trialName ?? '' }
    const recording = await call('trials.recording', ref)
    expect(recording.phases[0]).toMatchObject({ phase: 'queued', atMs: 0 })
    expect(recording.pruned).toBeNull()

    const path = join(jobsDir, 'first', ref.trialName, 'agent', 'trajectory.json')
    await writeFile(path, JSON.stringify({ steps: STEPS }))
    const outline = async (query: object) => call('trials.outline', { ...ref, ...query, offset: 0, limit: 10 })
    const numbers = async (query: object) => (await outline(query)).steps.map(({ index }) => index)
    expect(await outline({})).toMatchObject({ origin: 'trajectory', issue: null, total: 3, firstError: 1 })
    expect([await numbers({ errors: true }), await numbers({ text: 'NO SUCH' })]).toEqual([[1], [1]])
    expect([await numbers({ text: 'cat "a"' }), await numbers({ text: 'tool_calls' })]).toEqual([[1], []])
    expect(await numbers({ kinds: ['message'], text: 'grün' })).toEqual([2])
    const [step] = await call('trials.steps', { ...ref, indices: [2] })
    expect(step?.message.text).toBe('Grün')

    await writeFile(path, '{"steps": ')
    const told = await outline({})
    expect([told.origin, told.issue]).toEqual(['events', expect.stringContaining('cannot be read')])
  })

  test('of an interrupted job nothing runs, whoever asks', async () => {
    const started = { jobId: 'i', jobName: 'left', backend: 'sandbox', backendVersion: '', backendReason: null }
    const labels = { source: 'tasks', difficulty: null, category: null }
    const planned = (trialName: string): JobEventBody => {
      const trial = { trialId: trialName, trialName, taskName: 'good', agent: 'oracle', model: null, attempt: 1 }
      return { type: 'trial.planned', ...trial, labels }
    }
    await writeStream('left', [
      [0, { type: 'job.started', ...started, totalTrials: 2, finishedTrials: 0, concurrency: 1, resumed: false }],
      [0, planned('good__a')],
      [0, planned('good__b')],
      [1, { type: 'trial.admitted', trialId: 'good__a', trialName: 'good__a' }],
    ])
    await call('engine.reindex', {})
    const filter = { jobNames: ['left'] }
    const { trials } = await call('trials.query', { filter, sort: { column: 'trialName', descending: false } })
    expect(trials.map(({ state, startedAt, reason }) => [state, startedAt, reason])).toEqual([
      ['queued', null, 'interrupted: resume runs it'],
      ['queued', null, 'interrupted: resume runs it'],
    ])
    expect((await call('trials.query', { filter: { ...filter, states: ['running'] } })).total).toBe(0)
    expect((await call('trials.facets', { filter })).states).toEqual([{ value: 'queued', count: 2 }])
    expect((await call('stats.overview', { filter })).running).toBe(0)
    const job = await call('jobs.show', { jobName: 'left' })
    expect(job).toMatchObject({ state: 'interrupted', counts: { queued: 2, running: 0 } })
  })

  test('a job takes only the time in which it ran', async () => {
    const job = { jobId: 'p', jobName: 'paused', backend: 'sandbox', backendVersion: '', backendReason: null }
    const started = { type: 'job.started' as const, ...job, totalTrials: 0, finishedTrials: 0, concurrency: 1 }
    await writeStream('paused', [
      [0, { ...started, resumed: false }],
      [10, { type: 'job.finished', state: 'cancelled' }],
      [100, { ...started, resumed: true }],
      [105, { type: 'job.finished', state: 'completed' }],
    ])
    await call('engine.reindex', {})
    expect(await call('jobs.show', { jobName: 'paused' })).toMatchObject({ state: 'completed', durationMs: 15_000 })
  })

  test('deletes nothing through a link in place of a job folder', async () => {
    const target = await mkdtemp(join(folder, 'elsewhere-'))
    await writeFile(join(target, 'config.json'), '{}')
    await symlink(target, join(jobsDir, 'link'))
    await expect(call('jobs.delete', { jobNames: ['link'] })).rejects.toMatchObject({ code: 'not-found' })
    await expect(readFile(join(target, 'config.json'), 'utf8')).resolves.toBe('{}')
  })

  async function writeStream(jobName: string, events: readonly (readonly [number, JobEventBody])[]): Promise<void> {
    await mkdir(join(jobsDir, jobName))
    const at = (second: number): string =>
      new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString().replace('Z', '000Z')
    const lines = events.map(([second, body], index) => toEventLine(stampEvent(index + 1, at(second), body)))
    await writeFile(join(jobsDir, jobName, 'tbcc.events.jsonl'), `${lines.join('\n')}\n`)
  }
})

const CALL = { tool_call_id: 'c', function_name: 'bash', arguments: { command: 'cat "a"' } }
const STEPS = [
  { step_id: 1, source: 'user', message: 'do it' },
  {
    step_id: 2,
    source: 'agent',
    message: '',
    tool_calls: [CALL],
    observation: { results: [{ source_call_id: 'c', content: 'No such file', extra: { is_error: true } }] },
  },
  { step_id: 3, source: 'agent', message: 'Grün' },
]

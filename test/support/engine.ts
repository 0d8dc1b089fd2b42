import { mkdirSync, mkdtempSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { StoredEvent } from '../../src/contract/events.ts'
import { JobConfig, type JobConfigInput } from '../../src/contract/harbor/job-config.ts'
import type { TrialRecord } from '../../src/contract/trial.ts'
import type { BackendName } from '../../src/core/environment/backend.ts'
import type { TrialRow } from '../../src/core/job/ports.ts'
import type { Engine, JobReport, PreparedJob, RunSignals } from '../../src/engine/engine.ts'
import { createEngine } from '../../src/engine/index.ts'
import { containersOf, removeImage } from './engine-clients.ts'
import { checkJobFolder } from './job-checks.ts'
import {
  readJobEvents,
  readJobRecord,
  readTrialEvents,
  readTrialRecord,
  type JobEvent,
  type TrialEvent,
} from './job-folder.ts'
import { dockerSocket, podmanSocket } from './machine.ts'
import { testCacheFolder } from './package-clients.ts'
import { makeTask, type TaskText } from './tasks.ts'
import { putFailedTriesAside } from './tries.ts'

export const projectRoot = resolve(import.meta.dirname, '../..')

/** Variables that an engine under test sees: those of this machine's engines, and nothing of the user's. */
export const plainEnv: Readonly<Record<string, string | undefined>> = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  DOCKER_HOST: `unix://${dockerSocket}`,
  TBCC_PODMAN_SOCKET: podmanSocket,
  TBCC_CACHE_DIR: testCacheFolder,
}

export interface JobRequest {
  /** Paths of tasks. */
  readonly tasks: readonly string[]
  /** Absent: the oracle. */
  readonly agents?: JobConfigInput['agents']
  readonly config?: Partial<JobConfigInput>
  /** Absent: docker. */
  readonly backend?: BackendName
  /** Absent: the suite's own. */
  readonly engine?: Engine
  readonly signals?: Partial<RunSignals>
  /** `trialName` is null for the job's own events. */
  readonly onEvent?: (trialName: string | null, event: StoredEvent) => void
}

export interface ResumeRequest extends Pick<JobRequest, 'engine' | 'signals' | 'onEvent'> {
  readonly exceptions?: readonly string[]
  readonly secrets?: Readonly<Record<string, string>>
}

/** A job that came to its end, as its files tell it. */
export interface RanJob {
  readonly name: string
  readonly directory: string
  readonly report: JobReport
  readonly events: readonly JobEvent[]
  /** Those that ended, in the order in which they were planned. */
  readonly trials: readonly RanTrial[]
  /** The trial of a task, by the name of the task. */
  of(task: string): RanTrial
}

export interface RanTrial {
  readonly name: string
  readonly directory: string
  readonly row: TrialRow
  readonly record: TrialRecord
  readonly events: readonly TrialEvent[]
  /** The live output as it is kept. */
  readonly output: string
  /** A file of the trial's folder. */
  readonly read: (path: string) => Promise<string>
}

/** A jobs folder with an engine on it, for one suite. */
export interface Jobs {
  readonly folder: string
  /** Where tasks of this suite stand. */
  readonly tasks: string
  readonly engine: Engine
  task(task: TaskText): Promise<string>
  run(request: JobRequest): Promise<RanJob>
  resume(job: string, options?: ResumeRequest): Promise<RanJob>
  /** Another engine on the same folder; it is closed with the suite. */
  open(env?: Readonly<Record<string, string | undefined>>): Engine
  /** Reads an ended job again. */
  read(report: JobReport): Promise<RanJob>
  /** A job that a child ran: its folder and containers are checked with the others. */
  expectWhole(job: string): void
  /** The job is damaged on purpose, or never ended: Harbor need not load it. */
  leaveOut(job: string, why: string): Promise<void>
}

/**
 * Gives a suite its jobs folder and engine. After each test every job that ran in it must have left no container, and
 * its folder must be whole. Folders stay below TBCC_TEST_JOBS where that is set; images that were built go with the
 * suite, unless they are worth keeping.
 */
export function useJobs(theme: string, { keepImages = false }: { readonly keepImages?: boolean } = {}): Jobs {
  const base = process.env['TBCC_TEST_JOBS'] ?? tmpdir()
  mkdirSync(base, { recursive: true })
  const root = mkdtempSync(join(base, `${theme}-`))
  const folder = join(root, 'jobs')
  const tasks = join(root, 'tasks')
  const engines: Engine[] = []
  const unchecked = new Set<string>()
  const leftOut = new Set<string>()
  const jobIds = new Set<string>()
  const builtImages = new Map<string, BackendName>()
  let jobs = 0
  let own: Engine | null = null

  const open: Jobs['open'] = (env = plainEnv) => {
    const engine = createEngine({ jobsDir: folder, cwd: root, env, version: '0.0.0-test' })
    engines.push(engine)
    return engine
  }

  const engineOf = (): Engine => {
    if (own === null) throw new Error('the suite has not started yet')
    return own
  }

  beforeAll(() => {
    own = open()
  })
  putFailedTriesAside(folder, { reindex: async () => engineOf().reindex() })

  afterEach(async () => {
    const ended = [...unchecked]
    unchecked.clear()
    for (const job of ended) jobIds.add((await readJobRecord(join(folder, job))).jobId)
    expect(await containersOf(jobIds), 'containers that were left').toEqual([])
    for (const job of ended) if (!leftOut.has(job)) await checkJobFolder(join(folder, job))
  })

  afterAll(async () => {
    await Promise.all(engines.map(async (engine) => engine.dispose()))
    if (!keepImages) await Promise.all([...builtImages].map(async ([name, backend]) => removeImage(name, backend)))
    if (process.env['TBCC_TEST_JOBS'] === undefined) await rm(root, { recursive: true, force: true })
  })

  const runPrepared = async (
    engine: Engine,
    prepared: PreparedJob,
    { signals, onEvent }: Pick<JobRequest, 'signals' | 'onEvent'>,
  ): Promise<RanJob> => {
    unchecked.add(prepared.jobName)
    const seen = new Map<string | null, StoredEvent[]>()
    const note = (trialName: string | null, event: StoredEvent): void => {
      seen.set(trialName, [...(seen.get(trialName) ?? []), event])
      if (event.type === 'image.ready' && event.source === 'built') builtImages.set(event.image, prepared.backend.name)
      onEvent?.(trialName, event)
    }
    const report = await engine.run(
      prepared,
      {
        onJobEvent: (event) => note(null, event),
        onTrialEvent: (trialName, event) => note(trialName, event),
        onOutput: () => {},
      },
      { cancel: new AbortController().signal, force: new AbortController().signal, ...signals },
    )
    const ran = await read(report)
    expectSeen(ran, seen)
    return ran
  }

  const read = async (report: JobReport): Promise<RanJob> => {
    const events = await readJobEvents(report.directory)
    const planned = events.filter((event) => event.type === 'trial.planned').map(({ trialName }) => trialName)
    const rows = report.trials.filter(({ state }) => state === 'finished')
    rows.sort((one, other) => planned.indexOf(one.trialName) - planned.indexOf(other.trialName))
    const trials = await Promise.all(rows.map(async (row) => readTrial(report.directory, row)))
    return {
      name: report.jobName,
      directory: report.directory,
      report,
      events,
      trials,
      of: (task) => {
        const found = trials.find(({ record }) => record.taskName === task)
        if (found === undefined) throw new Error(`no trial of ${task} ended`)
        return found
      },
    }
  }

  return {
    folder,
    tasks,
    get engine() {
      return engineOf()
    },
    task: async (task) => makeTask(tasks, task),
    async run(request) {
      const engine = request.engine ?? engineOf()
      const name = `${theme}-${(jobs += 1)}`
      const config = toConfig({ ...request, config: { job_name: name, ...request.config } }, folder)
      const prepared = await engine.prepare({ config, backend: request.backend ?? 'docker' })
      return runPrepared(engine, prepared, request)
    },
    async resume(job, options = {}) {
      const engine = options.engine ?? engineOf()
      const { exceptions = null, secrets = {} } = options
      return runPrepared(engine, await engine.prepareResume(job, { retryExceptions: exceptions, secrets }), options)
    },
    open,
    read,
    expectWhole: (job) => void unchecked.add(job),
    async leaveOut(job, why) {
      leftOut.add(job)
      await writeFile(join(folder, job, 'not-for-harbor'), `${why}\n`)
    },
  }
}

/** The configuration of a job over the given tasks, oracle where no agent is named. */
export function toConfig({ tasks, agents, config }: JobRequest, folder: string): JobConfig {
  return JobConfig.parse({
    jobs_dir: folder,
    n_concurrent_trials: 2,
    tasks: tasks.map((path) => ({ path })),
    ...(agents === undefined ? {} : { agents }),
    ...config,
  })
}

async function readTrial(job: string, row: TrialRow): Promise<RanTrial> {
  const directory = join(job, row.trialName)
  const text = async (path: string): Promise<string> => readFile(join(directory, path), 'utf8')
  const record = await readTrialRecord(directory)
  // The report, and with it the index, says what the files say.
  expect({ outcome: row.outcome, blame: row.blame, reward: row.reward }).toEqual({
    outcome: record.outcome,
    blame: record.blame,
    reward: record.reward,
  })
  return {
    name: row.trialName,
    directory,
    row,
    record,
    events: await readTrialEvents(directory),
    output: await text('tbcc.output.log').catch(() => ''),
    read: text,
  }
}

/** What was told live is what stands in the files, in the same order. */
function expectSeen(job: RanJob, seen: ReadonlyMap<string | null, readonly StoredEvent[]>): void {
  const own = seen.get(null) ?? []
  expect(own, `${job.name}: job events as told`).toEqual(job.events.slice(-own.length))
  for (const trial of job.trials) {
    const told = seen.get(basename(trial.directory)) ?? []
    if (told.length > 0) expect(told, `${trial.name}: events as told`).toEqual(trial.events.slice(-told.length))
  }
}

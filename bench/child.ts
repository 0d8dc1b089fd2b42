import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { readJobEvents, trialFolders } from '../test/support/job-folder.ts'
import { makeTask } from '../test/support/tasks.ts'
import { createJobSpan } from './job-spans.ts'
import { TRIVIAL_TASK, type BenchJob } from './workshop.ts'

const CLI = resolve(import.meta.dirname, '../dist/cli.js')
const PEAK_MEMORY = join(import.meta.dirname, 'peak-memory.mjs')

/** A job of the built command, and what its process needed. Its folder is removed with it. */
export interface ChildJob extends AsyncDisposable {
  readonly elapsedMs: number
  readonly peakMb: number
  readonly trialFolders: readonly string[]
}

/** Runs a job as users do: the built command, in a process of its own. Rejects where a trial was not judged. */
export async function runInChild({ agent, kwargs = {}, trials, concurrency }: BenchJob): Promise<ChildJob> {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-bench-'))
  const dispose = async (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const task = await makeTask(folder, TRIVIAL_TASK)
    const jobsDir = join(folder, 'jobs')
    const peak = join(folder, 'peak')
    const settings = Object.entries(kwargs).flatMap(([name, value]) => ['--ak', `${name}=${value}`])
    const counts = ['-k', String(trials), '-n', String(concurrency)]
    const args = [
      'run',
      '-p',
      task,
      '-a',
      agent,
      ...settings,
      ...counts,
      '-e',
      'docker',
      '-o',
      jobsDir,
      '--job-name',
      'job',
      '-q',
    ]
    await promisify(execFile)(process.execPath, ['--import', PEAK_MEMORY, CLI, ...args], {
      env: { ...process.env, TBCC_BENCH_PEAK: peak },
    })
    const job = join(jobsDir, 'job')
    const span = createJobSpan()
    for (const event of await readJobEvents(job)) span.note(event)
    const peakMb = Number(await readFile(peak, 'utf8')) / 1024
    return {
      elapsedMs: span.elapsedMs(),
      peakMb,
      trialFolders: await trialFolders(job),
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}

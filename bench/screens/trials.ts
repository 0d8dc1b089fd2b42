import { makeTask } from '../../test/support/tasks.ts'
import type { OpenEnvironment } from '../../src/contract/api/terminals.ts'
import type { TrialRef } from '../../src/contract/api/common.ts'
import type { Serving } from './serving.ts'

/** A trial that runs, with its container. */
export interface RunningTrial {
  readonly ref: TrialRef
  readonly containerId: string
}

/** One or more. */
export type Trials = readonly [RunningTrial, ...RunningTrial[]]

/** Starts so many trials at once whose agent is a command; resolves when all of their containers run. */
export async function startTrials(serving: Serving, command: string, count: number): Promise<Trials> {
  const path = await makeTask(serving.folder, { name: 'printing', agentTimeout: 300 })
  const { jobName } = await serving.client.call('jobs.start', {
    backend: 'docker',
    confirmed: true,
    config: {
      job_name: 'printing',
      jobs_dir: serving.jobsDir,
      n_attempts: count,
      n_concurrent_trials: count,
      tasks: [{ path }],
      agents: [{ name: 'command', kwargs: { run: command } }],
    },
  })
  return untilRunning(serving, jobName, count)
}

async function untilRunning({ client }: Serving, jobName: string, count: number): Promise<Trials> {
  return new Promise<Trials>((resolve, reject) => {
    const stop = client.subscribe(
      'environments.changes',
      {},
      {
        onItems(items) {
          const running = (items.at(-1) ?? []).flatMap(toRunning).filter(({ ref }) => ref.jobName === jobName)
          const [first, ...others] = running
          if (first === undefined || running.length < count) return
          stop()
          resolve([first, ...others])
        },
        onError: reject,
      },
    )
  })
}

function toRunning({ state, trial, containerId }: OpenEnvironment): readonly RunningTrial[] {
  return state === 'running' && trial !== null && containerId !== null ? [{ ref: trial, containerId }] : []
}

/** Resolves when a job has ended. */
export async function untilEnded({ client }: Serving, jobName: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = client.subscribe(
      'jobs.changes',
      {},
      {
        onItems(items) {
          const jobs = items.flatMap((item) =>
            item.kind === 'all' ? item.jobs : item.kind === 'changed' ? [item.job] : [],
          )
          if (!jobs.some((job) => job.jobName === jobName && job.state !== 'running')) return
          stop()
          resolve()
        },
        onError: reject,
      },
    )
  })
}

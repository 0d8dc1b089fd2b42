import type { TrialFilter } from '../../contract/api/common.ts'
import type { CompareSide } from '../../contract/api/stats.ts'
import { AppError } from '../../contract/errors.ts'
import { compareSides } from '../../core/analysis/compare.ts'
import type { RunReader, TrialRow } from '../../core/job/ports.ts'
import type { Area, ProceduresOf } from './ports.ts'

export interface StatsApiDeps {
  readonly index: Pick<RunReader, 'statistics' | 'listTrials' | 'listJobs' | 'queryTrials'>
  /** Digests of the contents of a job's tasks, by task name; empty where the job does not tell. */
  readonly taskDigests: (jobName: string) => ReadonlyMap<string, string>
}

export function createStatsApi({ index, taskDigests }: StatsApiDeps): Area<ProceduresOf<'stats'>> {
  async function trialsOf({ jobName, agent, model }: CompareSide): Promise<readonly TrialRow[]> {
    const trials = await index.listTrials(jobName)
    if (trials.length === 0) throw new AppError('not-found', `there is no job "${jobName}" with trials`)
    return trials.filter(
      (trial) => (agent === null || trial.agent === agent) && (model === null || (trial.model ?? '') === model),
    )
  }
  /** Of a job that nobody runs any more, no trial runs, whatever its rows say. */
  async function countRunning(filter: TrialFilter): Promise<number> {
    const wanted = filter.jobNames ?? []
    const isMeant = (name: string): boolean => wanted.length === 0 || wanted.includes(name)
    const jobs = (await index.listJobs()).filter(({ state, jobName }) => state === 'running' && isMeant(jobName))
    if (jobs.length === 0) return 0
    const running = { ...filter, jobNames: jobs.map(({ jobName }) => jobName), states: ['running' as const] }
    const sort = { column: 'trialName', descending: false } as const
    return (await index.queryTrials({ filter: running, sort, offset: 0, limit: 1 })).total
  }

  return {
    handlers: {
      async 'stats.overview'({ filter }) {
        const overview = await index.statistics('overview', filter)
        return overview.running === 0 ? overview : { ...overview, running: await countRunning(filter) }
      },
      'stats.timeline': async ({ filter }) => index.statistics('timeline', filter),
      'stats.combinations': async ({ filter }) => index.statistics('combinations', filter),
      'stats.tasks': async ({ filter }) => index.statistics('tasks', filter),
      'stats.compare': async ({ sides }) =>
        compareSides(
          await Promise.all(
            sides.map(async (side) => ({ side, trials: await trialsOf(side), digests: taskDigests(side.jobName) })),
          ),
        ),
    },
    sources: {},
  }
}

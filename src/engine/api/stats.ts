import type { CompareSide } from '../../contract/api/stats.ts'
import { AppError } from '../../contract/errors.ts'
import { compareSides } from '../../core/analysis/compare.ts'
import type { RunReader, TrialRow } from '../../core/job/ports.ts'
import type { Area, ProceduresOf } from './ports.ts'

export interface StatsApiDeps {
  readonly index: Pick<RunReader, 'statistics' | 'listTrials'>
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

  return {
    handlers: {
      'stats.overview': async ({ filter }) => index.statistics('overview', filter),
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

import { z } from 'zod'
import type { JobDetail } from '../../contract/api/jobs.ts'
import { groupBy, whoOf } from '../../core/analysis/group.ts'
import { passAtK } from '../../core/job/pass-at-k.ts'
import type { TrialRow } from '../../core/job/ports.ts'
import { RESULT_FILE } from '../../node/read/layout.ts'
import { readTextBelow } from '../../node/read/safe-read.ts'
import { parsePlainJson } from './job-folder.ts'

const Result = z.object({
  verifier_result: z
    .object({ rewards: z.record(z.string(), z.number()).nullable() })
    .nullable()
    .catch(null),
})

/** pass@k of each agent and model of a job; what one has too few attempts for is not there. */
export function readPassAtK(directory: string, trials: readonly TrialRow[]): JobDetail['passAtK'] {
  const finished = trials.filter(({ state }) => state === 'finished')
  return [...groupBy(finished, whoOf).values()].flatMap((of) => {
    const [first] = of
    const tasks = [...groupBy(of, ({ taskName }) => taskName).values()]
    // Rewards stand in the trials' files: they are not read where no k could come of them.
    if (first === undefined || tasks.some(({ length }) => length < 2)) return []
    const values = passAtK(of.map((trial) => toFinished(directory, trial)))
    return Object.entries(values).map(([k, value]) => {
      return { agent: first.agent, model: first.model, k: Number(k), value }
    })
  })
}

function toFinished(directory: string, trial: TrialRow): Parameters<typeof passAtK>[0][number] {
  const { trialName, taskName, agent, model, source, exceptionType } = trial
  const { inputTokens, cachedTokens, outputTokens, costUsd } = trial
  const text = readTextBelow(`${directory}/${trialName}`, [RESULT_FILE])
  const rewards = Result.safeParse(parsePlainJson(text)).data?.verifier_result?.rewards ?? null
  const usage = { inputTokens, cachedTokens, outputTokens, costUsd }
  return { trialName, taskName, agent, model, source, rewards, exceptionType, usage }
}

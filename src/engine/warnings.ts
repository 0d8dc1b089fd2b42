import { lacksModelNetwork } from '../core/job/no-network.ts'
import type { TrialPlan } from '../core/job/plan.ts'
import type { PreparedJob } from './engine.ts'

/** What of a trial's plan says whether its agent will run, and where. */
export interface PlannedRun {
  readonly agent: Pick<TrialPlan['agent'], 'name' | 'asksModel'>
  readonly task: Pick<TrialPlan['task'], 'directory' | 'name'>
  readonly environment: Pick<TrialPlan['environment'], 'network'>
  readonly installOnly: boolean
}

/** What a start would spend in vain although nothing refuses it; `plans` are those of the trials that will run. */
export function listWarnings(plans: readonly PlannedRun[]): PreparedJob['warnings'] {
  const runs = plans.filter(({ installOnly }) => !installOnly)
  const byAgent = Map.groupBy(runs, ({ agent }) => agent.name)
  return [...byAgent].flatMap(([agent, own]) => warnOfNoNetwork(agent, own))
}

function warnOfNoNetwork(agent: string, runs: readonly PlannedRun[]): PreparedJob['warnings'] {
  const tasks = namesByFolder(runs)
  const without = namesByFolder(runs.filter(lacksModelNetwork))
  if (without.size === 0) return []
  const give = `${tasks.size === 1 ? 'task' : 'tasks'} ${without.size === 1 ? 'gives' : 'give'}`
  const message = `${without.size} of ${tasks.size} ${give} the agent no network: ${agent} will not reach its model there`
  return [{ message, tasks: [...without.values()] }]
}

/** Tasks of two folders may share a name. */
function namesByFolder(runs: readonly PlannedRun[]): ReadonlyMap<string, string> {
  return new Map(runs.map(({ task }) => [task.directory, task.name]))
}

import PQueue from 'p-queue'
import { AppError } from '../../contract/errors.ts'
import { poolKey } from '../../contract/harbor/job-rules.ts'
import type { TrialPlan } from './plan.ts'

/** Runs `work` under the agent's own limit. */
export type AgentSlot = <T>(trial: TrialPlan, work: () => Promise<T>) => Promise<T>

/** A semaphore for each agent, or concurrency group of agents, that has a limit of its own. */
export function createAgentSlots(): AgentSlot {
  const queues = new Map<string, PQueue>()
  return async ({ agentConfig }, work) => {
    const limit = agentConfig.n_concurrent
    if (limit === null) return work()
    const key = poolKey(agentConfig)
    const queue = queues.get(key) ?? new PQueue({ concurrency: limit })
    queues.set(key, queue)
    const done = await queue.add(async () => ({ value: await work() }))
    if (done === undefined) throw new AppError('internal', 'the queue of an agent dropped a run')
    return done.value
  }
}

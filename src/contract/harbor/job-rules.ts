import type { z } from 'zod'
import type { AgentConfig } from './common.ts'
import { isHarborFloat, toNumber } from './number.ts'

interface AgentLimits {
  readonly agents: readonly AgentConfig[]
  readonly n_concurrent_trials: number
}

/** An agent's own limit fits into the job's, and agents that share a pool agree on it. */
export function refuseAgentLimits(job: AgentLimits, context: z.core.$RefinementCtx): void {
  const pools = new Map<string, number | null>()
  for (const [index, agent] of job.agents.entries()) {
    const { n_concurrent: limit, concurrency_group: group } = agent
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', message, path: ['agents', index, key] })
    if (limit !== null && limit > job.n_concurrent_trials) {
      refuse('n_concurrent', `is ${limit}, more than n_concurrent_trials (${job.n_concurrent_trials})`)
    }
    if (group !== null && limit === null) refuse('n_concurrent', `is missing: concurrency_group "${group}" needs it`)
    const pool = poolKey(agent)
    const shared = pools.get(pool)
    if (shared === undefined) pools.set(pool, limit)
    else if (shared !== limit)
      refuse(
        'n_concurrent',
        `is ${limit ?? 'unset'}, but ${shared ?? 'unset'} for an equal agent or the same concurrency_group`,
      )
  }
}

/** Equal for agents that count together: the same group, or the same agent but for its limit. */
export function poolKey({ n_concurrent: _limit, concurrency_group: group, ...identity }: AgentConfig): string {
  return group === null ? `agent:${JSON.stringify(sortKeys(identity))}` : `group:${group}`
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value === 'bigint') return String(value)
  if (isHarborFloat(value)) return toNumber(value)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, sortKeys(item)])
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** Older files nest the scheduler's settings in `orchestrator` and may name `plugins`, which are ignored. */
export function migrateLegacyJob(value: unknown, context: z.core.$RefinementCtx): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  for (const key of ['user_prompt_template_path', 'acpx_config']) {
    if (key in value)
      context.addIssue({ code: 'custom', message: 'belongs into user_agent and its bridge', path: [key] })
  }
  if (!('orchestrator' in value)) return value
  const { orchestrator, ...rest } = value
  if (typeof orchestrator !== 'object' || orchestrator === null) return rest
  const { n_concurrent_trials = 4, quiet, retry }: Record<string, unknown> = { ...orchestrator }
  return {
    n_concurrent_trials,
    ...(quiet === undefined ? {} : { quiet }),
    ...(retry === undefined ? {} : { retry }),
    ...rest,
  }
}

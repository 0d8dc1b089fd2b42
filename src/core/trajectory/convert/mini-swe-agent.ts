import type { Trajectory } from '../../../contract/harbor/trajectory.ts'
import { listOf, numberOf, recordOf, recordsIn, textOf, type Fields } from '../../agent/logs/fields.ts'
import type { Conversion, TrajectoryConverter } from './converter.ts'
import { toSteps } from './mini-swe-agent/steps.ts'
import { usageOf, type MessageUsage } from './mini-swe-agent/usage.ts'
import { readDocument } from './read-document.ts'

const FILE = 'agent/mini-swe-agent.trajectory.json'

/**
 * ATIF-v1.7 from mini-swe-agent's own trajectory, which it writes anew after every step. Where this differs from
 * Harbor on purpose: a tool's answer names its call, a message is not repeated as its own reasoning, and a step costs what
 * the program says it cost, not a share of the total.
 */
export const convertMiniSweAgent: TrajectoryConverter = async ({ logs, agent, model }) => {
  const document = await readDocument(logs, FILE)
  if (document === null) return null
  const given = listOf(document, 'messages')
  const messages = recordsIn(given)
  const info = recordOf(document, 'info') ?? {}
  const config = recordOf(info, 'config') ?? {}
  const modelName = textOf(recordOf(config, 'model') ?? {}, 'model_name') ?? model ?? 'unknown'
  const steps = toSteps(messages, modelName)
  const totals = sum(messages.map(usageOf).filter((usage) => usage !== null))
  const cost = costOf(info)
  return {
    head: {
      schema_version: 'ATIF-v1.7',
      agent: {
        name: agent.name,
        version: textOf(info, 'mini_version') ?? agent.version ?? 'unknown',
        model_name: modelName,
        extra: {
          original_format: textOf(document, 'trajectory_format') ?? 'unknown',
          agent_config: recordOf(config, 'agent') ?? {},
        },
      },
    },
    steps: async function* () {
      yield* steps
    },
    tail: () => ({ final_metrics: toFinal(totals, cost, steps.length) }),
    totals: () => ({
      usage: {
        inputTokens: totals?.promptTokens ?? null,
        cachedTokens: totals?.cachedTokens ?? null,
        outputTokens: totals?.completionTokens ?? null,
        costUsd: cost,
      },
      differences: [],
      skipped: given.length - messages.length,
    }),
  } satisfies Conversion
}

type Totals = Pick<MessageUsage, 'promptTokens' | 'completionTokens' | 'cachedTokens' | 'reasoningTokens'>

/** Null: no message says what it took. */
function sum(usages: readonly MessageUsage[]): Totals | null {
  if (usages.length === 0) return null
  const of = (key: keyof Totals): number => usages.reduce((total, usage) => total + usage[key], 0)
  return {
    promptTokens: of('promptTokens'),
    completionTokens: of('completionTokens'),
    cachedTokens: of('cachedTokens'),
    reasoningTokens: of('reasoningTokens'),
  }
}

/** 0 is what it counts where no price is known. */
function costOf(info: Fields): number | null {
  const cost = numberOf(recordOf(info, 'model_stats') ?? {}, 'instance_cost')
  return cost === null || cost === 0 ? null : cost
}

function toFinal(totals: Totals | null, costUsd: number | null, steps: number): Trajectory['final_metrics'] {
  return {
    ...(totals === null
      ? {}
      : { total_prompt_tokens: totals.promptTokens, total_completion_tokens: totals.completionTokens }),
    ...(totals === null || totals.cachedTokens === 0 ? {} : { total_cached_tokens: totals.cachedTokens }),
    ...(costUsd === null ? {} : { total_cost_usd: costUsd }),
    total_steps: steps,
    ...(totals === null || totals.reasoningTokens === 0
      ? {}
      : { extra: { total_reasoning_tokens: totals.reasoningTokens } }),
  }
}

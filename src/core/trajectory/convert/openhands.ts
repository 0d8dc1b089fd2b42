import type { Trajectory } from '../../../contract/harbor/trajectory.ts'
import { listOf, recordOf, recordsIn, textOf, type Fields } from '../../agent/logs/fields.ts'
import type { TrajectoryConverter } from './converter.ts'
import { findEvents, type EventFiles } from './openhands/find-events.ts'
import { joinSteps, type Joined } from './openhands/joined-steps.ts'

/**
 * ATIF-v1.7 from the events that OpenHands keeps of its session. Where this differs from Harbor on purpose: a step says
 * what the model thought and not how the program describes the action, an answer stands with its call also where
 * several calls were made at once, and each of those has its own arguments. Raw completions are not converted.
 */
export const convertOpenhands: TrajectoryConverter = async ({ logs, agent, model }) => {
  const events = await findEvents(logs)
  if (events === null) return null
  const about = await aboutOf(events)
  const joined: Joined = { steps: 0, skipped: 0, accumulated: null }
  return {
    head: {
      schema_version: 'ATIF-v1.7',
      session_id: events.sessionId,
      agent: {
        name: agent.name,
        version: about.version ?? agent.version ?? 'unknown',
        ...(model === null ? {} : { model_name: model }),
        ...(about.tools === null ? {} : { tool_definitions: about.tools.map((tool) => ({ ...tool })) }),
        ...(about.agentClass === null ? {} : { extra: { agent_class: about.agentClass } }),
      },
    },
    steps: () => joinSteps(events.read(), joined),
    tail: () => ({ final_metrics: toFinal(joined) }),
    totals: () => ({
      usage: {
        inputTokens: joined.accumulated?.promptTokens ?? null,
        cachedTokens: joined.accumulated?.cachedTokens ?? null,
        outputTokens: joined.accumulated?.completionTokens ?? null,
        costUsd: knownCost(joined),
      },
      differences: [],
      skipped: joined.skipped,
    }),
  }
}

interface About {
  readonly version: string | null
  readonly agentClass: string | null
  readonly tools: readonly Fields[] | null
}

/** The session's first words name the program and its tools. */
const FIRST_EVENTS = 20

async function aboutOf(events: EventFiles): Promise<About> {
  let seen = 0
  for await (const event of events.read()) {
    const args = recordOf(event ?? {}, 'args') ?? {}
    const version = textOf(args, 'openhands_version')
    const tools = recordsIn(listOf(args, 'tools'))
    if (version !== null)
      return { version, agentClass: textOf(args, 'agent_class'), tools: tools.length === 0 ? null : tools }
    seen += 1
    if (seen >= FIRST_EVENTS) break
  }
  return { version: null, agentClass: null, tools: null }
}

/** 0 is what it counts for a model whose price it does not know. */
function knownCost({ accumulated }: Joined): number | null {
  return accumulated === null || accumulated.costUsd === 0 ? null : accumulated.costUsd
}

function toFinal(joined: Joined): Trajectory['final_metrics'] {
  const { accumulated, steps } = joined
  const cost = knownCost(joined)
  return {
    ...(accumulated === null
      ? {}
      : { total_prompt_tokens: accumulated.promptTokens, total_completion_tokens: accumulated.completionTokens }),
    ...(accumulated === null || accumulated.cachedTokens === 0
      ? {}
      : { total_cached_tokens: accumulated.cachedTokens }),
    ...(cost === null ? {} : { total_cost_usd: cost }),
    total_steps: steps,
  }
}

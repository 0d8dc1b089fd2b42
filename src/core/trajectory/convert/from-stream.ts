import type { TrialEventBody } from '../../../contract/events.ts'
import type { LogParser } from '../../agent/logs/log-parser.ts'
import type { Conversion, ConvertContext } from './converter.ts'
import { createTurnSteps } from './turn-steps.ts'

export interface StreamSource {
  /** Below the trial's folder. */
  readonly log: string
  readonly createParser: (ask: { readonly maxTurns: number | null }) => LogParser
}

/**
 * A trajectory from what a CLI printed, where it left nothing richer: what was seen live, a step for each turn, without
 * times. Long answers of tools are cut, and subagents are left out. Null: no turn is in it.
 */
export async function convertStream(
  { logs, agent, model, instruction }: ConvertContext,
  { log, createParser }: StreamSource,
): Promise<Conversion | null> {
  const first = createParser({ maxTurns: null })
  for await (const { text } of logs.lines(log)) first.line(text)
  first.end()
  const { summary } = first
  if (summary.turns === 0) return null
  const { usage } = summary
  const modelName = summary.model ?? model
  let count = 0
  return {
    head: {
      schema_version: 'ATIF-v1.7',
      session_id: summary.sessionId ?? 'unknown',
      agent: {
        name: agent.name,
        version: summary.version ?? agent.version ?? 'unknown',
        ...(modelName === null ? {} : { model_name: modelName }),
      },
      notes: 'made from what the agent printed: it left no session',
    },
    async *steps() {
      count = 1
      yield { step_id: count, source: 'user', message: instruction }
      const turns = createTurnSteps(modelName)
      const parser = createParser({ maxTurns: null })
      for await (const events of eventsOf(logs.lines(log), parser)) {
        for (const step of turns.read(events)) {
          count += 1
          yield { step_id: count, ...step }
        }
      }
    },
    tail: () => ({
      final_metrics: {
        ...(usage.inputTokens === null ? {} : { total_prompt_tokens: usage.inputTokens }),
        ...(usage.outputTokens === null ? {} : { total_completion_tokens: usage.outputTokens }),
        ...(usage.cachedTokens === null ? {} : { total_cached_tokens: usage.cachedTokens }),
        total_steps: count,
      },
    }),
    totals: () => ({ usage, differences: [], skipped: 0 }),
  }
}

async function* eventsOf(
  lines: AsyncIterable<{ readonly text: string }>,
  parser: LogParser,
): AsyncGenerator<readonly TrialEventBody[]> {
  for await (const { text } of lines) yield parser.line(text)
  yield parser.end()
}

import type { TrajectoryStep } from '../../../contract/harbor/trajectory.ts'
import type { Usage } from '../../../contract/trial.ts'
import { NOT_MEASURED } from '../../agent/agent.ts'
import type { LogParser } from '../../agent/logs/log-parser.ts'
import type { LogFolder } from './converter.ts'

/** Numbers steps and sums up their metrics. */
export interface StepTotals {
  number(step: Omit<TrajectoryStep, 'step_id'>): TrajectoryStep
  readonly steps: number
  /** Null: no step has any. */
  usage(): Usage
}

export function createStepTotals(): StepTotals {
  let steps = 0
  let usage: Usage = NOT_MEASURED
  return {
    number(step) {
      steps += 1
      const { metrics } = step
      if (metrics !== undefined && metrics !== null) {
        usage = {
          inputTokens: (usage.inputTokens ?? 0) + (metrics.prompt_tokens ?? 0),
          cachedTokens: (usage.cachedTokens ?? 0) + (metrics.cached_tokens ?? 0),
          outputTokens: (usage.outputTokens ?? 0) + (metrics.completion_tokens ?? 0),
          costUsd: null,
        }
      }
      return { step_id: steps, ...step }
    },
    get steps() {
      return steps
    },
    usage: () => usage,
  }
}

/** What the CLI itself counted, by its log; null where it did not come to the end. */
export async function readTold(logs: LogFolder, path: string, parser: LogParser): Promise<Usage | null> {
  for await (const { text } of logs.lines(path)) parser.line(text)
  parser.end()
  return parser.summary.complete ? parser.summary.usage : null
}

/** Where the CLI counted otherwise, in words. */
export function differencesOf(session: Usage, told: Usage | null): readonly string[] {
  if (told === null) return []
  const compared = [
    ['input', session.inputTokens, told.inputTokens],
    ['cached', session.cachedTokens, told.cachedTokens],
    ['output', session.outputTokens, told.outputTokens],
  ] as const
  return compared.flatMap(([kind, counted, own]) =>
    counted === null || own === null || counted === own
      ? []
      : [`${kind} tokens: ${counted} in its session, ${own} by its own count, which has all its subagents`],
  )
}

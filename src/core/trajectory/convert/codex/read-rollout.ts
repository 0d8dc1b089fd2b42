import type { Trajectory, TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import type { Usage } from '../../../../contract/trial.ts'
import { toUsage } from '../../../agent/logs/codex/usage.ts'
import { sumUsage } from '../../../agent/usage.ts'
import { parseLine, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import type { Conversion, ConvertContext } from '../converter.ts'
import type { Draft } from './drafts.ts'
import { finalMetrics } from './final-metrics.ts'
import type { RolloutFile } from './find-rollouts.ts'
import { createRolloutReader } from './rollout-reader.ts'
import { toStep, type SubagentOf } from './steps.ts'
import type { Survey } from './survey.ts'

export interface RolloutRead {
  readonly head: Conversion['head']
  readonly sessionId: string
  steps(): AsyncGenerator<TrajectoryStep>
  /** After the steps, as the rest. */
  finalMetrics(): NonNullable<Trajectory['final_metrics']> | null
  usage(): Usage
  skipped(): number
}

export interface RolloutAsk {
  readonly file: RolloutFile
  readonly survey: Survey
  readonly context: ConvertContext
  readonly subagentOf: SubagentOf
}

/** One rollout as one document. */
export function readRollout({ file, survey, context, subagentOf }: RolloutAsk): RolloutRead {
  const { logs, agent } = context
  const reader = createRolloutReader(survey, textOf(file.meta ?? {}, 'id'))
  const model = context.model ?? survey.model
  let count = 0
  let skipped = 0
  function* toSteps(drafts: readonly Draft[]): Generator<TrajectoryStep> {
    for (const draft of drafts) yield toStep(draft, (count += 1), model, subagentOf)
  }
  const sessionId = sessionOf(file)
  return {
    sessionId,
    head: {
      schema_version: 'ATIF-v1.7',
      session_id: sessionId,
      agent: {
        name: agent.name,
        version: textOf(file.meta ?? {}, 'cli_version') ?? agent.version ?? 'unknown',
        ...modelOf(survey.model ?? context.model),
        ...agentExtra(file.meta),
      },
    },
    async *steps() {
      for await (const { text } of logs.lines(file.path)) {
        const line = parseLine(text)
        if (line !== null) yield* toSteps(reader.read(line, text.length))
        else if (text.trim() !== '') skipped += 1
      }
      yield* toSteps(reader.end())
    },
    finalMetrics: () => (reader.totals === null ? null : finalMetrics(reader.totals, count)),
    usage: () => toUsage(recordOf(reader.totals ?? {}, 'total_token_usage') ?? {}) ?? sumUsage(),
    skipped: () => skipped,
  }
}

/** Its own id; of a rollout without one Harbor takes the day's folder. */
function sessionOf({ meta, path }: RolloutFile): string {
  return textOf(meta ?? {}, 'id') ?? path.split('/').at(-2) ?? 'codex'
}

function modelOf(model: string | null): { readonly model_name?: string } {
  return model === null ? {} : { model_name: model }
}

function agentExtra(meta: Fields | null): { readonly extra?: Record<string, unknown> } {
  const known = ['originator', 'cwd', 'git', 'instructions']
    .map((key) => [key, meta?.[key]] as const)
    .filter(([, value]) => value !== undefined && value !== null)
  return known.length === 0 ? {} : { extra: Object.fromEntries(known) }
}

import { sumUsage } from '../../../agent/usage.ts'
import type { Conversion, ConvertContext } from '../converter.ts'
import type { Rollouts } from './find-rollouts.ts'
import { readRollout } from './read-rollout.ts'
import { compareTotals, readStreamTotals } from './stream-totals.ts'
import { embedSubagents } from './subagents.ts'
import { surveyRollout } from './survey.ts'

/** Null: nothing in it to make steps of. */
export async function convertRollout(
  { main, subagents }: Rollouts,
  context: ConvertContext,
): Promise<Conversion | null> {
  const survey = await surveyRollout(context.logs, main.path)
  if (!survey.hasItems) return null
  const embedded = await embedSubagents(subagents, context)
  const read = readRollout({ file: main, survey, context, subagentOf: embedded.of })
  const { path } = main
  let differences: readonly string[] = []
  return {
    head: { ...read.head, ...(embedded.note === null ? {} : { notes: embedded.note }) },
    async *steps() {
      yield* read.steps()
      const told = await readStreamTotals(context.logs)
      differences = compareTotals(told.get(read.sessionId) ?? null, read.usage(), path)
    },
    tail() {
      const final = read.finalMetrics()
      return {
        ...(final === null ? {} : { final_metrics: final }),
        ...(embedded.trajectories.length === 0 ? {} : { subagent_trajectories: [...embedded.trajectories] }),
      }
    },
    totals: () => ({
      usage: sumUsage(read.usage(), embedded.usage),
      differences,
      skipped: read.skipped() + embedded.skipped,
    }),
  }
}

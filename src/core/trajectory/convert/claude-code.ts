import type { TrajectoryStep } from '../../../contract/harbor/trajectory.ts'
import type { Usage } from '../../../contract/trial.ts'
import type { About } from './claude-code/about.ts'
import { createDemand } from './claude-code/demand.ts'
import { describeDifferences, readFinalResult } from './claude-code/final-result.ts'
import { findLogs, type FoundLogs } from './claude-code/find-logs.ts'
import { indexLines } from './claude-code/index-lines.ts'
import { createLineReader } from './line-reader.ts'
import { createStepTotals, type StepTotals } from './claude-code/metrics.ts'
import { planSteps } from './claude-code/plan-steps.ts'
import { readSteps, type StepSource } from './claude-code/read-steps.ts'
import type { Conversion, ConvertContext, LogFolder, TrajectoryConverter } from './converter.ts'

/**
 * Claude Code's session files as Harbor reads them, step by step; without them what it printed. The files are read
 * twice: once for an index of some forty bytes a line, once for the steps.
 */
export const convertClaudeCode: TrajectoryConverter = async (context) => {
  const found = await findLogs(context.logs)
  if (found === null) return null
  const index = await indexLines(context.logs, found.files)
  const plan = planSteps(index)
  const instruction = found.files.source === 'stream' ? instructionStep(context.instruction) : []
  if (plan.steps === 0) return null
  const model = index.about.model ?? context.model
  const source = { lines: index.lines, plan, files: found.files, model, before: instruction.length }
  const result = found.stream === null ? null : await readFinalResult(context.logs, found.stream)
  const { about, skipped } = index
  return createConversion(context, found, { source, about, skipped, instruction, result })
}

/** What the first reading found. */
interface ReadOnce {
  readonly source: StepSource
  readonly about: About
  readonly skipped: number
  readonly instruction: readonly TrajectoryStep[]
  readonly result: Usage | null
}

function createConversion(
  { logs, agent }: ConvertContext,
  { folderName, files }: FoundLogs,
  { source, about, skipped: unread, instruction, result }: ReadOnce,
): Conversion {
  const totals = createStepTotals()
  let skipped = unread
  const usage = (): Usage => {
    const steps = totals.usage()
    // What was printed knows no output but that of the result.
    const outputTokens = steps.outputTokens ?? result?.outputTokens ?? null
    return { ...steps, ...(files.source === 'stream' ? { outputTokens } : {}), costUsd: result?.costUsd ?? null }
  }
  return {
    head: {
      schema_version: 'ATIF-v1.7',
      session_id: about.sessionId ?? folderName,
      agent: {
        name: agent.name,
        version: about.version ?? agent.version ?? 'unknown',
        model_name: source.model,
        ...(about.extra === null ? {} : { extra: { ...about.extra } }),
      },
    },
    steps: () => stepsOf(logs, source, instruction, totals, () => (skipped += 1)),
    tail: () => ({ final_metrics: totals.finalMetrics(usage()) }),
    totals: () => ({ usage: usage(), differences: describeDifferences(totals.usage(), result), skipped }),
  }
}

async function* stepsOf(
  logs: LogFolder,
  source: StepSource,
  instruction: readonly TrajectoryStep[],
  totals: StepTotals,
  onSkipped: () => void,
): AsyncGenerator<TrajectoryStep> {
  const reader = createLineReader(logs, createDemand(source.lines, source.files.paths))
  try {
    for (const step of instruction) {
      totals.see(step)
      yield step
    }
    for await (const step of readSteps(source, reader, onSkipped)) {
      totals.see(step)
      yield step
    }
  } finally {
    await reader.close()
  }
}

/** It is not printed. */
function instructionStep(instruction: string): readonly TrajectoryStep[] {
  if (instruction.trim() === '') return []
  return [{ step_id: 1, source: 'user', message: instruction, extra: { is_sidechain: false } }]
}

import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { textOf, type Fields } from '../../../agent/logs/fields.ts'
import { createStepDraft, orphanStep, userStep } from './agent-step.ts'
import { LINE, type LineColumns, type LogFiles } from './index-lines.ts'
import { messageOf, readLine, resultsOf } from './line.ts'
import type { LineReader } from '../line-reader.ts'
import type { StepPlan } from './plan-steps.ts'

export interface StepSource {
  readonly lines: LineColumns
  readonly plan: StepPlan
  readonly files: LogFiles
  readonly model: string | null
  /** Steps that stand before those of the log. */
  readonly before: number
}

/** What may stand in one step, in characters: lines beyond it are left out. */
const MAX_STEP_CHARS = 64 * 1024 ** 2

/** Reads the lines of each step and makes it; `onSkipped` is told of a line that is not there any more or too much. */
export async function* readSteps(
  source: StepSource,
  reader: LineReader,
  onSkipped: () => void,
): AsyncGenerator<TrajectoryStep> {
  let stepId = source.before
  for (let step = 0; step < source.plan.steps; step += 1) {
    const made = await makeStep(source, step, stepId + 1, createFetch(source, reader, onSkipped))
    if (made === null) continue
    stepId += 1
    yield made
  }
}

type Fetch = (line: number) => Promise<{ readonly line: Fields; readonly message: Fields } | null>

function createFetch({ lines, files }: StepSource, reader: LineReader, onSkipped: () => void): Fetch {
  let chars = 0
  return async (number) => {
    const path = files.paths[lines.file.at(number)] ?? ''
    const text = chars > MAX_STEP_CHARS ? null : await reader.read(path, lines.at.at(number))
    const line = text === null ? null : readLine(text, files.source)
    const message = line === null ? null : messageOf(line)
    chars += text?.length ?? 0
    if (line !== null && message !== null) return { line, message }
    onSkipped()
    return null
  }
}

async function makeStep(
  source: StepSource,
  step: number,
  stepId: number,
  fetch: Fetch,
): Promise<TrajectoryStep | null> {
  const { plan, lines, model } = source
  const [first, ...others] = plan.linesOf(step)
  if (first === undefined) return null
  if (lines.kind.at(first) === LINE.assistant) return makeAgentStep(source, step, stepId, [first, ...others], fetch)
  const read = await fetch(first)
  if (read === null) return null
  if (plan.ownStep(first) === step) return userStep(stepId, read.line, read.message)
  const result = resultsOf(read.message).find((_, nth) => plan.refStep(first, nth) === step)
  return result === undefined ? null : orphanStep(stepId, read.line, result, model)
}

async function makeAgentStep(
  { plan, lines, model, files }: StepSource,
  step: number,
  stepId: number,
  numbers: readonly number[],
  fetch: Fetch,
): Promise<TrajectoryStep> {
  // What is printed has the usage that a message began with, unless it says how the message ended.
  const isFinal = (message: Fields): boolean => files.source === 'session' || textOf(message, 'stop_reason') !== null
  const draft = createStepDraft(model, isFinal)
  for (const number of numbers) {
    const read = await fetch(number)
    if (read === null) continue
    const mine = (nth: number): boolean => plan.refStep(number, nth) === step
    if (lines.kind.at(number) === LINE.assistant) draft.addLine(read.line, read.message, mine)
    else
      for (const [nth, result] of resultsOf(read.message).entries()) if (mine(nth)) draft.addResult(read.line, result)
  }
  return draft.finish(stepId)
}

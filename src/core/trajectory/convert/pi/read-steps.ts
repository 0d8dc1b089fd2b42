import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { parseLine, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import type { LogFolder } from '../converter.ts'
import { addMetrics, toMetrics, type Metrics } from './metrics.ts'
import { modelOf, type SessionIndex } from './session-index.ts'
import { toDraft, toResult, type Draft } from './to-step.ts'

export interface StepSource {
  readonly logs: LogFolder
  readonly path: string
  readonly index: SessionIndex
  /** Before the conversation names one; null: not known. */
  readonly model: string | null
}

/** What the steps so far come to. */
export interface StepTotals {
  steps: number
  metrics: Metrics | null
}

/** The conversation as it ended, step by step. Answers of tools come before the model speaks again, and are waited for. */
export async function* readSteps(source: StepSource, totals: StepTotals): AsyncGenerator<TrajectoryStep> {
  const { logs, path, index } = source
  let { model } = source
  /** From the last answer of the model on: it may get results yet. */
  let held: Draft[] = []
  let number = -1
  for await (const { text } of logs.lines(path)) {
    number += 1
    const entry = index.isActive(number) ? parseLine(text) : null
    if (entry === null) continue
    model = modelOf(entry) ?? model
    addResult(held, entry)
    const draft = toDraft(entry, model)
    if (draft === null) continue
    if (draft.source === 'agent') {
      yield* numbered(held, totals)
      held = []
    }
    held.push(draft)
  }
  yield* numbered(held, totals)
}

/** Where a tool answers, its result and what it used go to the step of its call. */
function addResult(held: Draft[], entry: Fields): void {
  const message = entry['type'] === 'message' ? recordOf(entry, 'message') : null
  if (message === null || message['role'] !== 'toolResult') return
  const callId = textOf(message, 'toolCallId')
  const step = held.find(({ tool_calls }) => tool_calls?.some(({ tool_call_id }) => tool_call_id === callId))
  if (step === undefined) return
  step.observation?.results.push(toResult(message))
  const used = toMetrics(message['usage'])
  if (used === null) return
  step.metrics = addMetrics(step.metrics ?? null, used)
  step.llm_call_count = (step.llm_call_count ?? 0) + 1
}

function* numbered(drafts: readonly Draft[], totals: StepTotals): Generator<TrajectoryStep> {
  for (const draft of drafts) {
    totals.steps += 1
    if (draft.metrics) totals.metrics = addMetrics(totals.metrics, draft.metrics)
    yield { step_id: totals.steps, ...draft }
  }
}

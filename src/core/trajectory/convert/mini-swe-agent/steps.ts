import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { costOf, toMetrics, usageOf } from './usage.ts'
import { contentText, timestampOf, wordsOf } from './words.ts'

type Result = NonNullable<TrajectoryStep['observation']>['results'][number]

/** The messages as steps: what tools gave back, and what the program said to the model, belongs to the step before. */
export function toSteps(messages: readonly Fields[], modelName: string): readonly TrajectoryStep[] {
  const steps: TrajectoryStep[] = []
  for (const [index, message] of messages.entries()) {
    const step = toStep(message, index, steps.length + 1, modelName)
    if (step === 'observation') observe(steps, message)
    else if (step !== null) steps.push(step)
  }
  return steps
}

function toStep(
  message: Fields,
  index: number,
  step_id: number,
  model_name: string,
): TrajectoryStep | 'observation' | null {
  const timestamp = timestampOf(message)
  const at = timestamp === null ? {} : { timestamp }
  const role = textOf(message, 'role')
  if (role === 'assistant' || message['object'] === 'response') {
    const { text, reasoning, calls } = wordsOf(message, step_id)
    const metrics = toMetrics(usageOf(message), costOf(message))
    return {
      step_id,
      ...at,
      source: 'agent',
      model_name,
      message: text,
      ...(reasoning === null ? {} : { reasoning_content: reasoning }),
      ...(calls.length === 0 ? {} : { tool_calls: [...calls] }),
      ...(metrics === undefined ? {} : { metrics }),
      llm_call_count: 1,
    }
  }
  if (role === 'system' || (role === 'user' && index === 1))
    return { step_id, ...at, source: role, message: contentText(message['content']) }
  const isAnswer = role === 'user' || role === 'tool' || message['type'] === 'function_call_output'
  return isAnswer ? 'observation' : null
}

function observe(steps: TrajectoryStep[], message: Fields): void {
  const step = steps.at(-1)
  if (step?.source !== 'agent') return
  const callId = textOf(message, 'tool_call_id') ?? textOf(message, 'call_id')
  const isOfStep = step.tool_calls?.some((call) => call.tool_call_id === callId) === true
  const result: Result = { ...(isOfStep ? { source_call_id: callId } : {}), content: answerText(message) }
  const results = [...(step.observation?.results ?? []), result]
  steps[steps.length - 1] = { ...step, observation: { results } }
}

function answerText(message: Fields): string {
  const content = message['type'] === 'function_call_output' ? message['output'] : message['content']
  return contentText(content) || (textOf(recordOf(message, 'extra') ?? {}, 'raw_output') ?? '')
}

import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import type { GooseAnswer, GooseCall, GoosePart } from '../../../agent/logs/goose/content.ts'

type Result = NonNullable<TrajectoryStep['observation']>['results'][number]

/** One answer of the model, whose messages may come in many pieces, and what the tools gave back for it. */
export interface Turn {
  /** Goes on with the message of that id, or begins another. */
  add(id: string | null, parts: readonly GoosePart[]): void
  answer(answer: GooseAnswer): void
  /** Its messages as steps, numbered from there. */
  steps(firstStep: number): readonly TrajectoryStep[]
}

interface OpenMessage {
  readonly id: string | null
  text: string
  reasoning: string
  readonly calls: GooseCall[]
  readonly results: Result[]
}

export function createTurn(): Turn {
  const messages: OpenMessage[] = []
  const messageOf = (id: string | null): OpenMessage => {
    const known = messages.find((message) => id !== null && message.id === id)
    if (known !== undefined) return known
    const message: OpenMessage = { id, text: '', reasoning: '', calls: [], results: [] }
    messages.push(message)
    return message
  }
  const answer = ({ id, text }: GooseAnswer): void => {
    const caller = messages.find(({ calls }) => calls.some((call) => call.id === id))
    if (caller !== undefined) caller.results.push({ source_call_id: id, content: text })
    else messages.at(-1)?.results.push({ content: text })
  }
  return {
    answer,
    add(id, parts) {
      const message = messageOf(id)
      for (const part of parts) {
        if (part.kind === 'text') message.text += part.text
        else if (part.kind === 'thinking') message.reasoning += part.text
        else if (part.kind === 'call') message.calls.push(part.call)
        else if (part.kind === 'answer') answer(part.answer)
      }
    },
    steps: (firstStep) => messages.filter(isStep).map((message, index) => toStep(message, firstStep + index)),
  }
}

function isStep({ text, reasoning, calls, results }: OpenMessage): boolean {
  return text.trim() !== '' || reasoning.trim() !== '' || calls.length > 0 || results.length > 0
}

function toStep({ text, reasoning, calls, results }: OpenMessage, step_id: number): TrajectoryStep {
  const thoughts = reasoning.trim()
  return {
    step_id,
    source: 'agent',
    message: text.trim(),
    ...(thoughts === '' ? {} : { reasoning_content: thoughts }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(toCall) }),
    ...(results.length === 0 ? {} : { observation: { results } }),
  }
}

function toCall({ id, name, args }: GooseCall): NonNullable<TrajectoryStep['tool_calls']>[number] {
  return { tool_call_id: id, function_name: name, arguments: { ...args } }
}

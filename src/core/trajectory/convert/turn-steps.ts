import type { TrialEventBody } from '../../../contract/events.ts'
import type { TrajectoryStep } from '../../../contract/harbor/trajectory.ts'

type Step = Omit<TrajectoryStep, 'step_id'>
type Call = NonNullable<TrajectoryStep['tool_calls']>[number]
type Result = NonNullable<TrajectoryStep['observation']>['results'][number]

export interface TurnSteps {
  /** The steps that these events end. */
  read(events: readonly TrialEventBody[]): readonly Step[]
}

/** Makes each turn of the agent itself a step. */
export function createTurnSteps(modelName: string | null): TurnSteps {
  let turn = createTurn()
  function readOne(event: TrialEventBody): readonly Step[] {
    switch (event.type) {
      case 'turn.started':
        turn = createTurn()
        return []
      case 'message.received':
        if (event.parentCallId !== undefined) return []
        if (event.text !== '') turn.texts.push(event.text)
        if (event.reasoning !== null) turn.thoughts.push(event.reasoning)
        return []
      case 'tool.called':
        if (event.parentCallId === undefined)
          turn.calls.push({ tool_call_id: event.callId, function_name: event.name, arguments: event.arguments })
        return []
      case 'tool.returned':
        if (turn.calls.some((call) => call.tool_call_id === event.callId))
          turn.results.push({ source_call_id: event.callId, content: event.content })
        return []
      case 'turn.finished':
        return [toStep(turn, modelName)]
      default:
        return []
    }
  }
  return { read: (events) => events.flatMap(readOne) }
}

interface Turn {
  readonly texts: string[]
  readonly thoughts: string[]
  readonly calls: Call[]
  readonly results: Result[]
}

function createTurn(): Turn {
  return { texts: [], thoughts: [], calls: [], results: [] }
}

function toStep({ texts, thoughts, calls, results }: Turn, modelName: string | null): Step {
  return {
    source: 'agent',
    ...(modelName === null ? {} : { model_name: modelName }),
    message: texts.join('\n\n'),
    ...(thoughts.length === 0 ? {} : { reasoning_content: thoughts.join('\n\n') }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(results.length === 0 ? {} : { observation: { results } }),
  }
}

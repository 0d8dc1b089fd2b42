import type { Trajectory, TrajectoryStep } from '../../../contract/harbor/trajectory.ts'
import { countOf, parseLine, recordOf, textOf, type Fields } from '../../agent/logs/fields.ts'
import { partsOf } from '../../agent/logs/goose/content.ts'
import { usageOfComplete } from '../../agent/logs/goose/totals.ts'
import { mayBePieceOfEvent } from '../../agent/logs/stray.ts'
import type { TrajectoryConverter } from './converter.ts'
import { createTurn, type Turn } from './goose/turn.ts'

const FILE = 'agent/goose.txt'

/**
 * ATIF-v1.7 from goose's stream-json. Where this differs from Harbor on purpose: what tools gave back stands in the step
 * of its call, also where several were called at once; a step without words has none; what tools say a second time for
 * people is left out. The plain text of versions before stream-json is not converted.
 */
export const convertGoose: TrajectoryConverter = async ({ logs, agent, model }) => {
  if (!(await logs.list('agent')).some(({ path }) => path === FILE)) return null
  const state: State = { turn: createTurn(), answered: false, steps: 0, skipped: 0, complete: null }
  return {
    head: {
      schema_version: 'ATIF-v1.7',
      agent: {
        name: agent.name,
        version: agent.version ?? 'unknown',
        ...(model === null ? {} : { model_name: model }),
      },
    },
    steps: async function* () {
      for await (const { text } of logs.lines(FILE)) {
        const line = parseLine(text)
        if (line !== null) yield* onLine(state, line)
        else if (mayBePieceOfEvent(text)) state.skipped += 1
      }
      yield* closeTurn(state)
    },
    tail: () => ({ final_metrics: toFinal(state) }),
    totals: () => ({ usage: usageOfComplete(state.complete ?? {}), differences: [], skipped: state.skipped }),
  }
}

interface State {
  turn: Turn
  /** Whether the model has been given something since its last answer. */
  answered: boolean
  steps: number
  skipped: number
  /** The line that ends the log. */
  complete: Fields | null
}

function onLine(state: State, line: Fields): readonly TrajectoryStep[] {
  switch (line['type']) {
    case 'message':
      return onMessage(state, recordOf(line, 'message') ?? {})
    case 'error': {
      const closed = closeTurn(state)
      return [...closed, toStep(state, 'agent', `[error] ${textOf(line, 'error') ?? 'an error'}`)]
    }
    case 'complete':
      state.complete = line
      return []
    default:
      return []
  }
}

function onMessage(state: State, message: Fields): readonly TrajectoryStep[] {
  const parts = partsOf(message)
  if (message['role'] === 'assistant') {
    const before = state.answered ? closeTurn(state) : []
    state.turn.add(textOf(message, 'id'), parts)
    return before
  }
  state.answered = true
  const answers = parts.flatMap((part) => (part.kind === 'answer' ? [part.answer] : []))
  for (const answer of answers) state.turn.answer(answer)
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
  return answers.length > 0 || text.trim() === '' ? [] : [...closeTurn(state), toStep(state, 'user', text.trim())]
}

function closeTurn(state: State): readonly TrajectoryStep[] {
  const steps = state.turn.steps(state.steps + 1)
  state.steps += steps.length
  state.turn = createTurn()
  state.answered = false
  return steps
}

function toStep(state: State, source: 'agent' | 'user', message: string): TrajectoryStep {
  state.steps += 1
  return { step_id: state.steps, source, message }
}

function toFinal({ complete, steps }: State): Trajectory['final_metrics'] {
  const event = complete ?? {}
  const { inputTokens, cachedTokens, outputTokens, costUsd } = usageOfComplete(event)
  const total = countOf(event, 'total_tokens')
  const cacheWrite = countOf(event, 'cache_write_input_tokens')
  const extra = {
    ...(total === null ? {} : { total_tokens: total }),
    ...(cacheWrite === null ? {} : { cache_write_tokens: cacheWrite }),
  }
  const prompt = inputTokens ?? total
  return {
    ...(prompt === null ? {} : { total_prompt_tokens: prompt }),
    ...(outputTokens === null ? {} : { total_completion_tokens: outputTokens }),
    ...(cachedTokens === null ? {} : { total_cached_tokens: cachedTokens }),
    ...(costUsd === null ? {} : { total_cost_usd: costUsd }),
    total_steps: steps,
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  }
}

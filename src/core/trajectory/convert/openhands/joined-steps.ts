import type { TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import type { Fields } from '../../../agent/logs/fields.ts'
import { accumulatedOf, NOTHING_YET, toStep, type Accumulated } from './steps.ts'

/** What the events come to. */
export interface Joined {
  steps: number
  skipped: number
  /** Null: no event says what it took. */
  accumulated: Accumulated | null
}

/** Steps wait this long for the answer to their call, which comes as an event of its own. */
const MAX_WAITING = 64

/** The steps of the events in order, each answer in the step of its call. */
export async function* joinSteps(events: AsyncIterable<Fields | null>, joined: Joined): AsyncGenerator<TrajectoryStep> {
  const waiting: Omit<TrajectoryStep, 'step_id'>[] = []
  for await (const event of events) {
    if (event === null) {
      joined.skipped += 1
      continue
    }
    const step = toStep(event, joined.accumulated ?? NOTHING_YET)
    joined.accumulated = accumulatedOf(event) ?? joined.accumulated
    if (step !== null && !answered(waiting, step)) waiting.push(step)
    while (waiting.length > MAX_WAITING || (waiting[0] !== undefined && isWhole(waiting[0])))
      yield* numbered(waiting.splice(0, 1), joined)
  }
  yield* numbered(waiting, joined)
}

function isWhole({ tool_calls, observation }: Omit<TrajectoryStep, 'step_id'>): boolean {
  return (tool_calls ?? []).length === 0 || (observation ?? null) !== null
}

/** Puts an answer to its call, where that waits. */
function answered(
  waiting: Omit<TrajectoryStep, 'step_id'>[],
  { observation, tool_calls }: Omit<TrajectoryStep, 'step_id'>,
): boolean {
  const id = tool_calls?.[0]?.tool_call_id
  const index = waiting.findIndex((one) => !isWhole(one) && one.tool_calls?.[0]?.tool_call_id === id)
  const caller = waiting[index]
  if (caller === undefined || (observation ?? null) === null) return false
  waiting[index] = { ...caller, observation }
  return true
}

function* numbered(steps: readonly Omit<TrajectoryStep, 'step_id'>[], joined: Joined): Generator<TrajectoryStep> {
  for (const step of steps) {
    joined.steps += 1
    yield { step_id: joined.steps, ...step }
  }
}

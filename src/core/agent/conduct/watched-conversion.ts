import type { Trajectory } from '../../../contract/harbor/trajectory.ts'
import type { TrajectoryConverter } from '../../trajectory/convert/converter.ts'

type Did = (name: string, args: Readonly<Record<string, unknown>>) => void

/**
 * The same converter, which tells of every tool call on the way, those of subagents at the end: what some agents let their
 * subagents do stands in no stream, only in the logs that become the trajectory.
 */
export function watchedConversion(convert: TrajectoryConverter, did: Did): TrajectoryConverter {
  return async (context) => {
    const found = await convert(context)
    if (found === null) return null
    let areTold = false
    return {
      head: found.head,
      async *steps() {
        for await (const step of found.steps()) {
          tellCalls([step], did)
          yield step
        }
      },
      tail() {
        const tail = found.tail()
        if (!areTold) tellSubagents(tail.subagent_trajectories ?? [], did)
        areTold = true
        return tail
      },
      totals: () => found.totals(),
    }
  }
}

function tellCalls(steps: Trajectory['steps'], did: Did): void {
  for (const { tool_calls } of steps) for (const call of tool_calls ?? []) did(call.function_name, call.arguments)
}

function tellSubagents(trajectories: readonly Trajectory[], did: Did): void {
  for (const { steps, subagent_trajectories } of trajectories) {
    tellCalls(steps, did)
    tellSubagents(subagent_trajectories ?? [], did)
  }
}

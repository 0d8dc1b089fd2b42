import type { SubagentRef, TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { parseLine, type Fields } from '../../../agent/logs/fields.ts'
import { createLineReader } from '../line-reader.ts'
import type { LogFolder } from '../converter.ts'
import { CHAIN_READING } from '../line-chains.ts'
import type { StepTotals } from '../step-totals.ts'
import type { ChatIndex } from './chat-index.ts'
import { toStep } from './to-step.ts'

export interface Chat {
  readonly logs: LogFolder
  readonly path: string
  readonly index: ChatIndex
  readonly model: string | null
  /** Subagents by the call that started them. */
  readonly refs: ReadonlyMap<string, readonly SubagentRef[]>
}

/** Reads a chat the second time, a step at a time. */
export async function* readChat(
  { logs, path, index, model, refs }: Chat,
  totals: StepTotals,
): AsyncGenerator<TrajectoryStep> {
  const reader = createLineReader(logs, (_path, at) => index.demandOf(at), CHAIN_READING)
  const left = new Map(refs)
  const takeRefs = (callId: string): readonly SubagentRef[] => {
    const taken = left.get(callId) ?? []
    left.delete(callId)
    return taken
  }
  try {
    for (let number = 0; number < index.steps; number += 1) {
      const events: Fields[] = []
      for (const at of index.linesOf(number)) {
        const event = parseLine((await reader.read(path, at)) ?? '')
        if (event !== null) events.push(event)
      }
      const step = toStep({ events, model, takeRefs })
      if (step !== null) yield totals.number(step)
    }
  } finally {
    await reader.close()
  }
}

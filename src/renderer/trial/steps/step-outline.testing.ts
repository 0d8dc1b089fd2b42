import type { StepOutline } from '../../../contract/api/trials.ts'

/** A message of which nothing more is known than what is given. */
export function outlineOf(facts: Partial<StepOutline> = {}): StepOutline {
  return {
    index: 0,
    kind: 'message',
    turn: null,
    summary: '',
    at: null,
    durationMs: null,
    tokens: null,
    costUsd: null,
    isError: false,
    subagent: false,
    outputTo: null,
    ...facts,
  }
}

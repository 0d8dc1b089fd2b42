import { plainLine } from '../text/plain.ts'
import type { PlannedTrial } from './state.ts'

/** How trials are told apart: by task, and by agent, model and attempt where those vary in the job. */
export type Labeller = (trial: PlannedTrial) => string

export function createLabeller(trials: readonly PlannedTrial[]): Labeller {
  const varies = (of: (trial: PlannedTrial) => unknown): boolean => new Set(trials.map(of)).size > 1
  const byAgent = varies(({ agent }) => agent)
  const byModel = varies(({ model }) => model)
  const byAttempt = varies(({ attempt }) => attempt)
  return (trial) => {
    const parts = [
      shortName(trial.taskName),
      ...(byAgent ? [trial.agent] : []),
      ...(byModel && trial.model !== null ? [trial.model] : []),
      ...(byAttempt ? [`#${trial.attempt}`] : []),
    ]
    return plainLine(parts.join(' '))
  }
}

/** A task's name without its organisation. */
export function shortName(taskName: string): string {
  return taskName.slice(taskName.lastIndexOf('/') + 1)
}

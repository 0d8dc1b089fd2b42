/** One trial of a job before it has a name. */
export interface TrialSlot<T, A> {
  readonly task: T
  readonly agent: A
  readonly agentIndex: number
  /** From 1. */
  readonly attempt: number
}

/** All trials of a job in Harbor's order: attempts outermost, agents innermost. */
export function expandTrials<T, A>(
  tasks: readonly T[],
  agents: readonly A[],
  attempts: number,
): readonly TrialSlot<T, A>[] {
  const numbers = Array.from({ length: attempts }, (_, index) => index + 1)
  return numbers.flatMap((attempt) =>
    tasks.flatMap((task) => agents.map((agent, agentIndex) => ({ task, agent, agentIndex, attempt }))),
  )
}

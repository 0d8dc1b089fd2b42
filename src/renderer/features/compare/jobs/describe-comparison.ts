import type { Comparison } from '../../../../contract/api/stats.ts'
import { plural } from '../../../format/format.ts'

export const CHANGES = [
  'regressed',
  'improved',
  'same',
] as const satisfies readonly Comparison['tasks'][number]['change'][]
export type Change = (typeof CHANGES)[number]

/** `89 shared tasks: 7 improved, 3 regressed, 79 the same`. */
export function describeComparison({ sharedTasks, tasks, sides }: Comparison): string {
  if (sharedTasks === 0) return 'These sides share no task'
  const count = (change: Change): number => tasks.filter((task) => task.change === change).length
  const last = sides.length > 2 ? ', the last side against the first' : ''
  return `${plural(sharedTasks, 'shared task')}: ${count('improved')} improved, ${count('regressed')} regressed, ${count('same')} the same${last}`
}

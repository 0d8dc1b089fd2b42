import type { FileEntry } from '../../../contract/api/common.ts'

/** A task's own file that a file of the trial can be held against. */
export interface Counterpart {
  readonly path: string
}

/** Trees of a task whose files an artifact may be a changed copy of, the likeliest first. */
const TREES = ['environment/', 'solution/', 'tests/']

/**
 * The file of the task that an artifact of the trial belongs beside: the one of the same name whose path agrees longest
 * from its end. Null: the task has none of that name, or the file is no artifact.
 */
export function toCounterpart(path: string, taskFiles: readonly FileEntry[]): Counterpart | null {
  if (!path.startsWith('artifacts/')) return null
  const parts = path.split('/').toReversed()
  const found = taskFiles
    .filter(({ kind, path: other }) => kind === 'file' && TREES.some((tree) => other.startsWith(tree)))
    .map(({ path: other }) => ({ path: other, agreeing: agreeing(parts, other.split('/').toReversed()) }))
    .filter((one) => one.agreeing > 0)
    .sort((a, b) => b.agreeing - a.agreeing || treeOf(a.path) - treeOf(b.path) || a.path.length - b.path.length)
  const [best] = found
  return best === undefined ? null : { path: best.path }
}

function agreeing(a: readonly string[], b: readonly string[]): number {
  const differs = a.findIndex((part, index) => part !== b[index])
  return differs < 0 ? a.length : differs
}

function treeOf(path: string): number {
  return TREES.findIndex((tree) => path.startsWith(tree))
}

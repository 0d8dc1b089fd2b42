/** A task's name without the organisation before it: `terminal-bench/fix-git` is `fix-git`. The whole is for tooltips. */
export function toShortName(taskName: string): string {
  const short = taskName.slice(taskName.lastIndexOf('/') + 1)
  return short === '' ? taskName : short
}

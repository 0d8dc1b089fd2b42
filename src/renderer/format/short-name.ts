/** The name of a task or model without what it belongs to: `terminal-bench/fix-git` is `fix-git`. The whole is for tooltips. */
export function toShortName(name: string): string {
  const short = name.slice(name.lastIndexOf('/') + 1)
  return short === '' ? name : short
}

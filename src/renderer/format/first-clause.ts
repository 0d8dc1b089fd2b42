/** The beginning of a reason, as far as it says one thing: for where there is room for one line. */
export function firstClause(reason: string): string {
  return reason.split(/; |\. |\n/)[0] ?? reason
}

/**
 * Whether a line says that a request is made again: `Retrying <unknown> in 4 seconds as it raised …`. A tool may print the
 * same, below what looks like a rule; but messages are broken at the width of the rules, and what the program logs is not.
 */
export function isRetryNotice(line: string, width: number): boolean {
  return RETRY.test(line) && width > 0 && columnsAtLeast(line) > width
}

const RETRY = /^Retrying \S{1,100} in [\d.]{1,20} seconds as it raised [A-Za-z]/

/** What takes no column, and what may take two, does not count or counts as one. */
function columnsAtLeast(line: string): number {
  return line.trimEnd().replaceAll(/[^\u0020-\u007E]/g, '').length
}

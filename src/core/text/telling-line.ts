/**
 * The line that says most about why a program failed, from the last lines that it printed: the last one that is about an
 * error and not merely around one. Null where there is none at all.
 */
export function tellingLine(lines: readonly string[]): string | null {
  const words = lines
    .map((line) => line.replace(/^npm (error|ERR!)\s*(notarget |network |\d{3} )?/i, '').trim())
    .filter((line) => line !== '' && !NOISE.test(line))
  const found = words.findLast((line) => TELLING.test(line)) ?? words.at(-1)
  return found === undefined ? null : found.slice(0, MAX_LENGTH)
}

const MAX_LENGTH = 400

const TELLING =
  /^curl: \(|^E: |\b(error|refused|denied|failed|unsupported)\b|not found|no such|no space|no matching|could not|cannot|can't|unable to/i

/** What package managers say beside the reason. */
const NOISE =
  /^(code|errno|syscall) |^npm (warn|notice)|^A complete log |^E: (Unable to fetch some archives|Some index files)/i

const CANARY_LINE = /^(<!--.*canary.*-->|#.*canary.*)$/i

/** Instruction text without the canary lines at its beginning and the blank lines after them. Line ends become `\n`. */
export function stripCanary(text: string): string {
  const plain = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text
  const rest = skipLines(plain, (line) => CANARY_LINE.test(line))
  return skipLines(rest, (line) => line === '')
}

/** Drops the leading lines that, without the space around them, are to be dropped. */
function skipLines(text: string, drop: (line: string) => boolean): string {
  let start = 0
  while (start < text.length) {
    const end = text.indexOf('\n', start)
    if (!drop(text.slice(start, end < 0 ? undefined : end).trim())) break
    start = end < 0 ? text.length : end + 1
  }
  return text.slice(start)
}

const CANARY_LINE = /^(<!--.*canary.*-->|#.*canary.*)$/i

/** Instruction text without the canary lines at its beginning and the blank lines after them. Line ends become `\n`. */
export function stripCanary(text: string): string {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n')
  let start = 0
  while (start < lines.length && CANARY_LINE.test((lines[start] ?? '').trim())) start++
  while (start < lines.length && (lines[start] ?? '').trim() === '') start++
  return lines.slice(start).join('\n')
}

/** A script whose here-documents are cut out: in their place stands their number between two marks. */
export interface CutScript {
  readonly text: string
  readonly bodies: readonly string[]
}

export const MARK = '\u0000'

export function cutHereDocuments(script: string): CutScript {
  const bodies: string[] = []
  const kept: string[] = []
  const lines = script.replaceAll(MARK, '').split('\n')
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    const delimiters: string[] = []
    kept.push(
      line.replace(
        START,
        (_all, delimiter: string) => `${MARK}${bodies.length + delimiters.push(delimiter) - 1}${MARK}`,
      ),
    )
    for (const delimiter of delimiters) {
      const end = endOf(lines, index + 1, delimiter)
      bodies.push(lines.slice(index + 1, end).join('\n'))
      index = end
    }
  }
  return { text: kept.join('\n'), bodies }
}

/** `<<EOF`, `<<-'EOF'`, `<< "EOF"`; not `<<<` and no shift of numbers. */
const START = /(?<!<)<<(?!<)-?[ \t]*\\?['"]?([A-Za-z_][\w.-]*)['"]?/g

/** The line of the delimiter; without one the document goes to the end. */
function endOf(lines: readonly string[], from: number, delimiter: string): number {
  let end = from
  while (end < lines.length && lines[end]?.trim() !== delimiter) end += 1
  return end
}

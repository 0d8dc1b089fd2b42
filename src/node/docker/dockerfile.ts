/** An instruction of a Dockerfile, its continuation lines joined. */
export interface Instruction {
  /** In upper case. */
  readonly keyword: string
  readonly rest: string
  /** Index of its last line, heredocs included. */
  readonly lastLine: number
}

/** The instructions of a Dockerfile in order; comments, directives and heredoc bodies are none. */
export function* readInstructions(text: string): Generator<Instruction> {
  const lines = text.split(/\r?\n/)
  const escape = escapeCharacter(lines)
  for (let at = 0; at < lines.length; at += 1) {
    if (isSkipped(lines[at])) continue
    const joined: string[] = []
    for (; at < lines.length; at += 1) {
      const line = lines[at] ?? ''
      if (joined.length > 0 && isSkipped(line)) continue
      const goesOn = line.trimEnd().endsWith(escape)
      joined.push(goesOn ? line.trimEnd().slice(0, -1) : line)
      if (!goesOn) break
    }
    const [, keyword = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(joined.join(' ')) ?? []
    for (const end of heredocs(keyword, rest)) {
      do at += 1
      while (at < lines.length && !end(lines[at] ?? ''))
    }
    yield { keyword: keyword.toUpperCase(), rest: rest.trim(), lastLine: Math.min(at, lines.length - 1) }
  }
}

/** Puts lines at the beginning of every stage that has something to run them with. */
export function withStagePrologue(text: string, prologue: readonly string[]): string {
  const lines = text.split('\n')
  const starts = [...readInstructions(text)].filter(
    ({ keyword, rest }) => keyword === 'FROM' && !/^scratch\b/i.test(rest),
  )
  for (const { lastLine } of starts.toReversed()) lines.splice(lastLine + 1, 0, ...prologue)
  return lines.join('\n')
}

/** The directive stands among the comments at the top. */
function escapeCharacter(lines: readonly string[]): string {
  for (const line of lines) {
    const directive = /^\s*#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(line)
    if (directive === null) break
    if (directive[1]?.toLowerCase() === 'escape') return directive[2] ?? '\\'
  }
  return '\\'
}

function isSkipped(line: string | undefined): boolean {
  return line === undefined || /^\s*(#|$)/.test(line)
}

/** For each heredoc that an instruction opens, what tells its last line. */
function heredocs(keyword: string, rest: string): ((line: string) => boolean)[] {
  if (!/^(run|copy|add)$/i.test(keyword)) return []
  return [...rest.matchAll(/<<(-?)(["']?)([A-Za-z_][\w.]*)\2/g)].map(([, dash, , word]) => (line: string) => {
    return (dash === '-' ? line.replace(/^\t+/, '') : line).replace(/\r$/, '') === word
  })
}

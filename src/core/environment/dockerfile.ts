/** One instruction of a Dockerfile, its continuation lines joined. */
export interface DockerInstruction {
  /** Of its first line, counted from 1. */
  readonly line: number
  /** In upper case. */
  readonly name: string
  /** The `--name=value` words that stand before the arguments. */
  readonly flags: readonly string[]
  /** The rest, as it is written. */
  readonly text: string
  /** The lines of a here-document follow it. */
  readonly heredoc: boolean
}

export interface DockerfileIssue {
  readonly line: number
  readonly message: string
}

export interface ParsedDockerfile {
  readonly instructions: readonly DockerInstruction[]
  readonly issues: readonly DockerfileIssue[]
  /** What takes the meaning from the next character: `\`, or a backtick where the file says so. */
  readonly escape: string
}

/** The syntax of a Dockerfile: comments, continuations, directives, flags. What an instruction means is not judged here. Never throws. */
export function parseDockerfile(text: string): ParsedDockerfile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const escape = escapeCharacter(lines)
  const instructions: DockerInstruction[] = []
  const issues: DockerfileIssue[] = []
  let next = 0
  while (next < lines.length) {
    const logical = readLogicalLine(lines, next, escape)
    const line = next + 1
    next = logical.next
    if (logical.text.trim() === '') continue
    const instruction = toInstruction(logical.text.trim(), line)
    if (instruction === null) issues.push({ line, message: `no instruction: ${logical.text.trim().slice(0, 60)}` })
    else {
      instructions.push(instruction)
      if (instruction.heredoc) next = skipHeredocs(instruction.text, lines, next)
    }
  }
  return { instructions, issues, escape }
}

/** Directives are the comments at the very top of the form `# name=value`. */
function escapeCharacter(lines: readonly string[]): string {
  for (const line of lines) {
    const directive = /^\s*#\s*([A-Za-z]+)\s*=\s*(\S+)\s*$/.exec(line)
    if (directive === null) break
    if (directive[1]?.toLowerCase() === 'escape' && directive[2] === '`') return '`'
  }
  return '\\'
}

/** A line with those that continue it. Comments and empty lines between them are left out, as the builders do. */
function readLogicalLine(lines: readonly string[], from: number, escape: string): { text: string; next: number } {
  let text = ''
  let next = from
  let continues = true
  while (continues && next < lines.length) {
    const line = lines[next] ?? ''
    next += 1
    const skipped = isComment(line) || (text !== '' && line.trim() === '')
    if (skipped) {
      if (text === '') break
      continue
    }
    const body = withoutContinuation(line, escape)
    continues = body !== null
    text += body ?? line
  }
  return { text, next }
}

function isComment(line: string): boolean {
  return line.trimStart().startsWith('#')
}

/** The line without the escape character that ends it; null where none does (two of them stand for themselves). */
function withoutContinuation(line: string, escape: string): string | null {
  const body = line.replace(/[ \t]+$/, '')
  return body.endsWith(escape) && !body.endsWith(escape + escape) ? body.slice(0, -1) : null
}

function toInstruction(text: string, line: number): DockerInstruction | null {
  const word = /^[A-Za-z]+(?=\s|$)/.exec(text)?.[0]
  if (word === undefined) return null
  const name = word.toUpperCase()
  const flags: string[] = []
  let rest = text.slice(word.length).trim()
  for (let flag = leadingFlag(rest); flag !== null; flag = leadingFlag(rest)) {
    flags.push(flag)
    rest = rest.slice(flag.length).trimStart()
  }
  const heredoc = (name === 'RUN' || name === 'COPY' || name === 'ADD') && heredocNames(rest).length > 0
  return { line, name, flags, text: rest, heredoc }
}

function leadingFlag(text: string): string | null {
  return /^--[a-z][a-z-]*(?:=\S*)?(?=\s|$)/.exec(text)?.[0] ?? null
}

function heredocNames(text: string): readonly { readonly name: string; readonly stripTabs: boolean }[] {
  const matches = text.matchAll(/(?:^|\s)\d*<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_.]*)\2(?=\s|$)/g)
  return [...matches].map((match) => ({ name: match[3] ?? '', stripTabs: match[1] === '-' }))
}

function skipHeredocs(text: string, lines: readonly string[], from: number): number {
  let next = from
  for (const { name, stripTabs } of heredocNames(text)) {
    while (next < lines.length) {
      const line = lines[next] ?? ''
      next += 1
      if ((stripTabs ? line.replace(/^\t+/, '') : line) === name) break
    }
  }
  return next
}

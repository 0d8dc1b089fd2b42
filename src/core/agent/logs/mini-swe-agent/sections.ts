/** Whose words follow. `none`: those of the program itself, between the messages. */
export type SectionKind = 'none' | 'system' | 'user' | 'assistant' | 'tool' | 'exit'

export interface Heading {
  readonly kind: SectionKind
  /** Of an assistant's message, where it says them; the cost is rounded to cents. */
  readonly step: number | null
  readonly costUsd: number | null
}

/** What a line begins; null: it goes on with what was. */
export function parseHeading(line: string): Heading | null {
  if (RULE.test(line)) return toHeading('none')
  const step = STEP.exec(line)
  if (step !== null) return { kind: 'assistant', step: Number(step[1]), costUsd: Number(step[2]) }
  const kind = KINDS.get(line)
  return kind === undefined ? null : toHeading(kind)
}

function toHeading(kind: SectionKind): Heading {
  return { kind, step: null, costUsd: null }
}

const RULE = /^─{20,}$/
const STEP = /^mini-swe-agent \(step (\d{1,9}), \$(\d{1,9}\.\d\d)\):$/

const KINDS: ReadonlyMap<string, SectionKind> = new Map([
  ['System:', 'system'],
  ['User:', 'user'],
  ['Tool:', 'tool'],
  ['Function_call_output:', 'tool'],
  // An answer of OpenAI's Responses API, which has no role.
  ['Unknown:', 'assistant'],
  ['Exit:', 'exit'],
])

/** A message of the assistant: what it says, then the commands, each between two bare fences. */
export interface AssistantWords {
  readonly text: string
  readonly commands: readonly string[]
}

/** Reads from the end, where the commands stand: fences in the text before are the model's. */
export function parseAssistant(lines: readonly string[]): AssistantWords {
  const commands: string[] = []
  let end = withoutBlankEnd(lines, lines.length)
  while (end > 1 && lines[end - 1] === FENCE) {
    const open = lines.lastIndexOf(FENCE, end - 2)
    if (open < 0) break
    commands.unshift(lines.slice(open + 1, end - 1).join('\n'))
    end = withoutBlankEnd(lines, open)
  }
  return { text: lines.slice(0, end).join('\n').trim(), commands }
}

const FENCE = '```'

function withoutBlankEnd(lines: readonly string[], end: number): number {
  let at = end
  while (at > 0 && lines[at - 1]?.trim() === '') at -= 1
  return at
}

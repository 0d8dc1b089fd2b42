import type { TrialEventBody } from '../../../contract/events.ts'

/** What people see of an agent whose output is made for programs. */
export interface Transcript {
  event(event: TrialEventBody): void
  /** A line that is no part of the agent's format. */
  stray(line: string): void
  /** Resolves when all that was told is shown: a slow disk holds the agent back. */
  drained(): Promise<void>
}

/** Bytes of one tool's answer that are shown; the whole stands in the steps. */
const MAX_CONTENT = 4000

const DIM = '\u001b[2m'
const BOLD = '\u001b[1m'
const RED = '\u001b[31m'
const YELLOW = '\u001b[33m'
const RESET = '\u001b[0m'

/** Tells the events of an agent as lines of a terminal. */
export function createTranscript(show: (data: Uint8Array) => Promise<void>): Transcript {
  const encoder = new TextEncoder()
  let last: Promise<void> = Promise.resolve()
  let failed: unknown
  function tell(text: string | null): void {
    if (text === null || text === '') return
    last = show(encoder.encode(`${text.replaceAll(/\r?\n/g, '\r\n')}\r\n`)).catch((thrown: unknown) => {
      failed = thrown
    })
  }
  return {
    event: (event) => tell(toLines(event)),
    stray: tell,
    async drained() {
      await last
      if (failed !== undefined) throw failed
    },
  }
}

function toLines(event: TrialEventBody): string | null {
  switch (event.type) {
    case 'turn.started':
      return `${DIM}── turn ${event.turn}${event.maxTurns === null ? '' : ` of ${event.maxTurns}`} ──${RESET}`
    case 'message.received':
      return [event.reasoning === null ? null : `${DIM}${event.reasoning}${RESET}`, event.text]
        .filter((part) => part !== null && part !== '')
        .join('\n')
    case 'tool.called':
      return `${BOLD}▸ ${event.name}${RESET} ${mainArgument(event.arguments)}`
    case 'tool.returned': {
      const content = event.content.length > MAX_CONTENT ? `${event.content.slice(0, MAX_CONTENT)}…` : event.content
      return event.isError ? `${RED}${content}${RESET}` : content
    }
    case 'warning.raised':
      return `${YELLOW}! ${event.message}${RESET}`
    case 'permission.answered':
      return `${DIM}permission ${event.answer}: ${event.question}${RESET}`
    default:
      return null
  }
}

/** The argument that says most, whole where it is the only one. */
function mainArgument(args: Readonly<Record<string, unknown>>): string {
  for (const key of ['command', 'cmd', 'script', 'file_path', 'path', 'absolute_path', 'pattern', 'query', 'url'])
    if (typeof args[key] === 'string') return args[key]
  const text = JSON.stringify(args)
  return text === '{}' ? '' : text.length > 300 ? `${text.slice(0, 300)}…` : text
}

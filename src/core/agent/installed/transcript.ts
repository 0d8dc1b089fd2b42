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

/** Before each line of what a subagent says, calls and is answered. */
const OF_SUBAGENT = `${DIM}│${RESET} `

/** Tells the events of an agent as lines of a terminal; those of its subagents are marked. */
export function createTranscript(show: (data: Uint8Array) => Promise<void>): Transcript {
  const encoder = new TextEncoder()
  const isOfSubagent = createOrigins()
  let last: Promise<void> = Promise.resolve()
  let failed: unknown
  function tell(text: string): void {
    if (text === '') return
    last = show(encoder.encode(`${text.replaceAll(/\r?\n/g, '\r\n')}\r\n`)).catch((thrown: unknown) => {
      failed = thrown
    })
  }
  return {
    event: (event) => tell(toText(toParts(event), isOfSubagent(event) ? OF_SUBAGENT : '')),
    stray: tell,
    async drained() {
      await last
      if (failed !== undefined) throw failed
    },
  }
}

/** Says of each event, told in order, whether it is a subagent's: an answer belongs to who called. */
function createOrigins(): (event: TrialEventBody) => boolean {
  const open = new Set<string>()
  return (event) => {
    switch (event.type) {
      case 'message.received':
        return event.parentCallId !== undefined
      case 'tool.called':
        if (event.parentCallId !== undefined) open.add(event.callId)
        return event.parentCallId !== undefined
      case 'permission.answered':
        return event.callId !== null && open.has(event.callId)
      case 'tool.returned':
        return open.delete(event.callId)
      default:
        return false
    }
  }
}

/** A text that begins on a line of its own, in one style. */
interface Part {
  readonly style: string
  readonly text: string
}

function toParts(event: TrialEventBody): readonly Part[] {
  switch (event.type) {
    case 'turn.started':
      return [{ style: DIM, text: `── turn ${event.turn}${event.maxTurns === null ? '' : ` of ${event.maxTurns}`} ──` }]
    case 'message.received':
      return [
        { style: DIM, text: event.reasoning ?? '' },
        { style: '', text: event.text },
      ]
    case 'tool.called':
      return [{ style: '', text: `${BOLD}▸ ${event.name}${RESET} ${mainArgument(event.arguments)}` }]
    case 'tool.returned': {
      const text = event.content.length > MAX_CONTENT ? `${event.content.slice(0, MAX_CONTENT)}…` : event.content
      return [{ style: event.isError ? RED : '', text }]
    }
    case 'warning.raised':
      return [{ style: YELLOW, text: `! ${event.message}` }]
    case 'permission.answered':
      return [{ style: DIM, text: `permission ${event.answer}: ${event.question}` }]
    default:
      return []
  }
}

/** A mark ends the style before it, so that each marked line is styled by itself. */
function toText(parts: readonly Part[], mark: string): string {
  const styled = ({ style, text }: Part): string => (style === '' ? text : `${style}${text}${RESET}`)
  return parts
    .filter(({ text }) => text !== '')
    .map((part) =>
      mark === ''
        ? styled(part)
        : linesOf(part)
            .map((line) => `${mark}${styled(line)}`)
            .join('\n'),
    )
    .join('\n')
}

function linesOf({ style, text }: Part): readonly Part[] {
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => ({ style, text: line }))
}

/** The argument that says most, whole where it is the only one. */
function mainArgument(args: Readonly<Record<string, unknown>>): string {
  for (const key of ['command', 'cmd', 'script', 'file_path', 'path', 'absolute_path', 'pattern', 'query', 'url'])
    if (typeof args[key] === 'string') return args[key]
  const text = JSON.stringify(args)
  return text === '{}' ? '' : text.length > 300 ? `${text.slice(0, 300)}…` : text
}

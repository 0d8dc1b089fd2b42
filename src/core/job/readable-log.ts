import type { EventBody } from '../../contract/events.ts'
import type { Clock, EventSink } from './ports.ts'

/** A journal, and what of it is for people: the text of Harbor's `trial.log` or `job.log`, line by line. */
interface ReadableLog<Body extends EventBody> {
  readonly journal: EventSink<Body>
  readonly text: () => string
}

/** How a run began and how it ended are kept of one with more lines than a sound one has. */
const FIRST_LINES = 1000
const LAST_LINES = 10_000
const MAX_CHARACTERS = 2000

export function withReadableLog<Body extends EventBody>(
  journal: EventSink<Body>,
  { clock, redact }: { readonly clock: Clock; readonly redact: (text: string) => string },
): ReadableLog<Body> {
  const first: string[] = []
  let last: string[] = []
  let dropped = 0

  function keep(line: string): void {
    if (first.length < FIRST_LINES) return void first.push(line)
    last.push(line)
    if (last.length < 2 * LAST_LINES) return
    last = last.slice(LAST_LINES)
    dropped += LAST_LINES
  }

  return {
    journal: {
      ...journal,
      append(body) {
        const line = toLogLine(body, redact)
        if (line !== null) keep(`${clock.timestamp()} ${line}\n`)
        journal.append(body)
      },
    },
    text: () => [...first, ...(dropped === 0 ? [] : [`… ${dropped} lines: see tbcc.events.jsonl\n`]), ...last].join(''),
  }
}

/**
 * Null: nothing for this log. Control characters are blanks: much of it comes from inside a container. Secrets are
 * replaced before that: one of several lines would not be found any more.
 */
export function toLogLine(event: EventBody, redact: (text: string) => string): string | null {
  const told = tell(event)
  if (told === null) return null
  const [level, text] = told
  return `${level} ${redact(text)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .slice(0, MAX_CHARACTERS)}`
}

type Told = readonly ['INFO' | 'WARNING' | 'ERROR', string]

function tell(event: EventBody): Told | null {
  switch (event.type) {
    case 'warning.raised':
      return ['WARNING', event.hint === null ? event.message : `${event.message} (${event.hint})`]
    case 'finding.made':
      return ['WARNING', `${event.finding.kind}: ${event.finding.message}`]
    case 'error.raised':
      return ['ERROR', `${event.exceptionType} in ${event.phase}: ${event.message}`]
    case 'job.stopping':
      return ['WARNING', `${event.reason}${event.force ? ', by force' : ''}`]
    default: {
      const text = tellCourse(event)
      return text === null ? null : ['INFO', text]
    }
  }
}

/** What happened as it should. */
function tellCourse(event: EventBody): string | null {
  switch (event.type) {
    case 'job.started':
      return `job ${event.jobName} on ${event.backend}: ${event.totalTrials} trials, ${event.finishedTrials} of them finished`
    case 'trial.admitted':
      return `trial ${event.trialName} begins`
    case 'trial.ended':
      return `trial ${event.trialName} ended: ${event.outcome ?? 'no verdict'}${event.exceptionType === null ? '' : `, ${event.exceptionType}`}`
    case 'trial.retry-scheduled':
      return `trial ${event.trialName}: retry ${event.retry} in ${seconds(event.delayMs)}`
    case 'trial.replaced':
      return `trial ${event.trialName}: its last run is kept as ${event.archive}`
    case 'job.finished':
      return `job ${event.state}`
    case 'trial.started':
      return `trial ${event.trialName}: ${event.taskName} by ${event.agent} on ${event.backend}`
    case 'phase.started':
      return `${event.phase} begins`
    case 'phase.finished':
      return `${event.phase} ended after ${seconds(event.durationMs)}`
    case 'image.ready':
      return `image ${event.image} (${event.source})`
    case 'container.started':
      return `container ${event.containerId} runs`
    case 'container.stopped':
      return `container ${event.containerId} was ${event.kept ? 'kept' : 'removed'}`
    case 'verdict.reached':
      return `reward ${event.reward ?? 'none'}`
    case 'trial.finished':
      return `trial finished: ${event.outcome ?? 'no verdict'}`
    default:
      return null
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

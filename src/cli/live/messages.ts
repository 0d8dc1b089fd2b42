import type { JobEventBody, TrialEventBody } from '../../contract/events.ts'
import { formatDuration, plural } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'
import type { Style } from '../text/style.ts'
import type { Labeller } from './label.ts'
import type { LiveState } from './state.ts'
import { renderEndedTrial } from './trial-line.ts'

/** Everything that lines about a job are made of. `state` is the one after the event. */
export interface MessageContext {
  readonly state: LiveState
  readonly label: Labeller
  readonly style: Style
}

/** The lines that stay for an event of the job; most say nothing. */
export function messagesOfJob(event: JobEventBody, context: MessageContext): string[] {
  switch (event.type) {
    case 'job.started':
      return [describeStart(event, context.style)]
    case 'trial.ended': {
      const trial = context.state.ended.get(event.trialName)
      return trial === undefined ? [] : [renderEndedTrial(labelFor(event.trialName, context), trial, context.style)]
    }
    case 'trial.retry-scheduled': {
      const wait = event.delayMs > 0 ? ` in ${formatDuration(event.delayMs)}` : ''
      return [
        `↻ ${labelFor(event.trialName, context)}: retry ${event.retry}${wait} after ${plainLine(event.exceptionType)}`,
      ]
    }
    case 'trial.replaced':
      return event.reason === 'retry'
        ? []
        : [`  ${labelFor(event.trialName, context)}: its earlier run is kept as ${event.archive}`]
    case 'warning.raised':
      return [warning(event, context.style)]
    case 'trial.planned':
    case 'trial.deleted':
    case 'trial.admitted':
    case 'job.stopping':
    case 'job.finished':
      return []
    default:
      return event satisfies never
  }
}

/** The same for an event of a trial. */
export function messagesOfTrial(trialName: string, event: TrialEventBody, context: MessageContext): string[] {
  const label = labelFor(trialName, context)
  if (event.type === 'warning.raised') return [`${label}: ${warning(event, context.style)}`]
  if (event.type !== 'finding.made') return []
  const { message, evidence } = event.finding
  const shown = evidence.length === 0 ? '' : ` (${evidence.slice(0, 3).map(plainLine).join('; ')})`
  return [`${label}: ${context.style('yellow', 'found:')} ${plainLine(message)}${shown}`]
}

export function labelFor(trialName: string, { state, label }: MessageContext): string {
  const planned = state.planned.get(trialName)
  return planned === undefined ? plainLine(trialName) : label(planned)
}

function describeStart(event: Extract<JobEventBody, { type: 'job.started' }>, style: Style): string {
  const left = event.totalTrials - event.finishedTrials
  const trials =
    event.finishedTrials > 0 ? `${left} of ${plural(event.totalTrials, 'trial')} left` : plural(left, 'trial')
  const why = event.backendReason === null ? '' : ` (${plainLine(event.backendReason)})`
  const where = `${event.backend} ${event.backendVersion}`.trim()
  return `${style('bold', event.jobName)}: ${trials}, ${event.concurrency} at once, on ${where}${why}`
}

function warning({ message, hint }: { readonly message: string; readonly hint: string | null }, style: Style): string {
  return `${style('yellow', 'warning:')} ${plainLine(message)}${hint === null ? '' : `; ${plainLine(hint)}`}`
}

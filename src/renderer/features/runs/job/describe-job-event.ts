import type { ItemOf } from '../../../../contract/api/api.ts'
import { formatDuration, formatReward, plural } from '../../../format/format.ts'

type JobEvent = ItemOf<'job.events'>

/** One event of a job as people read it. */
export interface LogLine {
  readonly seq: number
  readonly at: string
  readonly tone: 'plain' | 'warning' | 'error'
  readonly about: 'job' | 'trial'
  /** Stands before the text, as a link. */
  readonly trialName: string | null
  readonly text: string
}

export function describeJobEvent(event: JobEvent): LogLine {
  return {
    seq: event.seq,
    at: event.at,
    tone: toneOf(event),
    about: 'trialName' in event ? 'trial' : 'job',
    trialName: 'trialName' in event ? event.trialName : null,
    text: toText(event),
  }
}

function toText(event: JobEvent): string {
  switch (event.type) {
    case 'job.started':
      return describeStart(event)
    case 'trial.planned':
      return `planned: ${event.taskName} by ${[event.agent, event.model].filter((name) => name !== null).join(' ')}, attempt ${event.attempt}`
    case 'trial.admitted':
      return 'has its turn'
    case 'trial.ended':
      return describeEnd(event)
    case 'trial.retry-scheduled':
      return `${event.exceptionType}: retry ${event.retry} in ${formatDuration(event.delayMs)}`
    case 'trial.replaced':
      return `replaced by a ${event.reason === 'force' ? 'forced new run' : event.reason}; the earlier run is kept in ${event.archive}`
    case 'trial.deleted':
      return 'deleted with its files'
    case 'job.stopping':
      return `stopping${event.force ? ' by force' : ''}: ${event.reason}`
    case 'job.finished':
      return event.state === 'completed' ? 'job completed' : 'job cancelled'
    case 'warning.raised':
      return event.hint === null ? event.message : `${event.message} (${event.hint})`
  }
}

function describeStart(event: Extract<JobEvent, { type: 'job.started' }>): string {
  const { resumed, totalTrials, finishedTrials, concurrency, backend, backendVersion, backendReason } = event
  const rest = finishedTrials === 0 ? '' : `, ${finishedTrials} of them finished before`
  const why = backendReason === null ? '' : ` (${backendReason})`
  return `job ${resumed ? 'resumed' : 'started'}: ${plural(totalTrials, 'trial')}${rest}, ${concurrency} at once on ${backend} ${backendVersion}${why}`
}

function describeEnd(event: Extract<JobEvent, { type: 'trial.ended' }>): string {
  const { outcome, blame, reward, exceptionType, durationMs } = event
  const parts = [
    outcome ?? 'ended without a verdict',
    blame === null ? null : `blame ${blame}`,
    exceptionType,
    reward === null ? null : `reward ${formatReward(reward)}`,
  ]
  return `${parts.filter((part) => part !== null).join(', ')} after ${formatDuration(durationMs)}`
}

function toneOf(event: JobEvent): LogLine['tone'] {
  if (event.type === 'trial.ended') return event.outcome === 'error' ? 'error' : 'plain'
  const isWarning =
    event.type === 'warning.raised' || event.type === 'trial.retry-scheduled' || event.type === 'job.stopping'
  return isWarning ? 'warning' : 'plain'
}

import { useCall } from '../../client/queries.ts'
import type { KnownTrial } from '../use-trial.ts'

/** What the events say of a trial before its record is written. */
export interface Beginning {
  /** How long it waited for its turn. */
  readonly queuedMs: number | null
  readonly workdir: string | null
}

/** Waiting is the first phase that ends; the container starts within the second. */
const EVENTS = { types: ['phase.finished', 'container.started'], limit: 2 }

export function useBeginning({ ref, trial, detail }: KnownTrial): Beginning {
  const isAsked = detail.record === null && trial.state !== 'queued'
  const { data } = useCall('trials.events', isAsked ? { ...ref, ...EVENTS } : null)
  const events = isAsked ? (data?.events ?? []) : []
  const queued = events.find((event) => event.type === 'phase.finished' && event.phase === 'queued')
  const started = events.find((event) => event.type === 'container.started')
  return {
    queuedMs: queued?.type === 'phase.finished' ? queued.durationMs : null,
    workdir: started?.type === 'container.started' ? started.workdir : null,
  }
}

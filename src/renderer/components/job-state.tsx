import type { JobSummary } from '../../contract/api/jobs.ts'
import { formatDuration } from '../format/format.ts'
import { useIsStopping } from '../stores/stopping.ts'

const STATES: Readonly<
  Record<JobSummary['state'] | 'stopping', { readonly glyph: string; readonly color: string; readonly help: string }>
> = {
  running: { glyph: '◐', color: 'text-running', help: 'its trials run now' },
  stopping: { glyph: '◌', color: 'text-timeout', help: 'running trials are being ended' },
  completed: { glyph: '■', color: 'text-dim', help: 'every trial has ended' },
  cancelled: { glyph: '–', color: 'text-aborted', help: 'stopped by somebody; Resume runs the rest' },
  interrupted: { glyph: '‖', color: 'text-timeout', help: 'its engine went away; Resume runs the rest' },
}

/** How a job stands, told apart without colour. */
export function JobState({
  job,
  label = true,
}: {
  readonly job: Pick<JobSummary, 'jobName' | 'state'>
  readonly label?: boolean
}) {
  const stopping = useIsStopping(job.jobName)
  const state = stopping && job.state === 'running' ? 'stopping' : job.state
  const { glyph, color, help } = STATES[state]
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap ${color}`} title={`${state}: ${help}`}>
      <span aria-hidden className="inline-block w-3 text-center text-xs">
        {glyph}
      </span>
      {label ? state : <span className="sr-only">{state}</span>}
    </span>
  )
}

/** `12 m 05 s`, and of a running job `≈ 8 m left`. */
export function describeTime({ state, durationMs, etaMs }: Pick<JobSummary, 'state' | 'durationMs' | 'etaMs'>): string {
  if (state === 'running' && etaMs !== null) return `≈ ${formatDuration(etaMs)} left`
  return formatDuration(durationMs)
}

import type { JobEventBody, TrialEventBody } from '../../contract/events.ts'
import { applyJobEvent, applyTrialEvent, INITIAL_STATE, type LiveState } from './state.ts'

/** What happened, when: an event of the job, or of a trial by name. */
export type Happening =
  | { readonly atMs: number; readonly job: JobEventBody }
  | { readonly atMs: number; readonly trial: string; readonly event: TrialEventBody }

export function stateAfter(happenings: readonly Happening[], from: LiveState = INITIAL_STATE): LiveState {
  return happenings.reduce(
    (state, happening) =>
      'job' in happening
        ? applyJobEvent(state, happening.job, happening.atMs)
        : applyTrialEvent(state, happening.trial, happening.event, happening.atMs),
    from,
  )
}

export function jobStarted(changes: Partial<Extract<JobEventBody, { type: 'job.started' }>> = {}): JobEventBody {
  return {
    type: 'job.started',
    jobId: 'j',
    jobName: 'nightly',
    backend: 'docker',
    backendVersion: '20.10.24',
    backendReason: null,
    totalTrials: 4,
    finishedTrials: 0,
    concurrency: 2,
    resumed: false,
    ...changes,
  }
}

export function planned(trialName: string, attempt = 1): JobEventBody {
  const taskName = `org/${trialName.replace(/__.*/, '')}`
  return { type: 'trial.planned', trialId: trialName, trialName, taskName, agent: 'oracle', model: null, attempt }
}

export function admitted(trialName: string): JobEventBody {
  return { type: 'trial.admitted', trialId: trialName, trialName }
}

export function ended(
  trialName: string,
  changes: Partial<Extract<JobEventBody, { type: 'trial.ended' }>> = {},
): JobEventBody {
  return {
    type: 'trial.ended',
    trialId: trialName,
    trialName,
    outcome: 'success',
    blame: null,
    reward: 1,
    exceptionType: null,
    durationMs: 3000,
    ...changes,
  }
}

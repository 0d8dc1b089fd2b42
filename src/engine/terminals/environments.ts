import type { TrialRef } from '../../contract/api/common.ts'
import type { OpenEnvironment } from '../../contract/api/terminals.ts'
import type { StoredEvent, TrialEventBody } from '../../contract/events.ts'
import type { Container } from '../../core/environment/backend.ts'
import type { LiveEnvironment } from '../../core/job/trial-run.ts'
import type { TrialTimeouts } from '../../core/job/plan.ts'
import type { Phase } from '../../contract/outcome.ts'
import type { JobSignal } from '../api/own-jobs.ts'

/** One environment that terminals can be opened in, or that is on its way there. */
export interface KnownEnvironment {
  readonly info: OpenEnvironment
  /** Null while it starts, and where that failed. */
  readonly container: Container | null
  /** Of a trial: marks it as assisted. */
  readonly assist: (() => void) | null
  /** Of a trial. */
  readonly timeouts: TrialTimeouts | null
}

/** The environments of this engine. */
export interface Environments {
  get(environmentId: string): KnownEnvironment | undefined
  put(environment: KnownEnvironment): void
  remove(environmentId: string): void
  list(): readonly OpenEnvironment[]
  /** The whole list at once, then after each change; a slow reader misses lists in between, never the last. */
  changes(signal: AbortSignal): AsyncIterable<OpenEnvironment[]>
}

/** `onRemoved` is told after an environment has left the list. */
export function createEnvironments(onRemoved: (environmentId: string) => void): Environments {
  const known = new Map<string, KnownEnvironment>()
  let changed = Promise.withResolvers<void>()
  const tell = (): void => {
    changed.resolve()
    changed = Promise.withResolvers<void>()
  }
  const list = (): OpenEnvironment[] => [...known.values()].map(({ info }) => info)
  return {
    get: (environmentId) => known.get(environmentId),
    put(environment) {
      known.set(environment.info.environmentId, environment)
      tell()
    },
    remove(environmentId) {
      if (!known.delete(environmentId)) return
      tell()
      onRemoved(environmentId)
    },
    list,
    async *changes(signal) {
      signal.addEventListener('abort', tell, { once: true })
      try {
        while (!signal.aborted) {
          const news = changed.promise
          yield list()
          await news
        }
      } finally {
        signal.removeEventListener('abort', tell)
      }
    },
  }
}

/** What is said of a trial, as far as its environment is concerned. */
export type TrialNews = Extract<JobSignal, { kind: 'trial' | 'environment' }>

/** Keeps the list in step with the running trials. */
export function noteTrial(environments: Environments, news: TrialNews): void {
  const { jobName, trialName } = news
  const environmentId = `trial:${jobName}/${trialName}`
  if (news.kind === 'environment') {
    if (news.environment === null) environments.remove(environmentId)
    else environments.put(fromTrial(environmentId, { jobName, trialName }, news.environment))
    return
  }
  const environment = environments.get(environmentId)
  if (environment === undefined) return
  const change = toChange(news.event, environment.timeouts)
  if (change !== null) environments.put({ ...environment, info: { ...environment.info, ...change } })
}

function toChange(event: StoredEvent<TrialEventBody>, timeouts: TrialTimeouts | null): Partial<OpenEnvironment> | null {
  if (event.type === 'environment.assisted') return { assisted: true }
  if (event.type !== 'phase.started') return null
  return { message: event.phase, endsAt: timeouts === null ? null : endOf(event.phase, event.at, timeouts) }
}

function fromTrial(environmentId: string, trial: TrialRef, live: LiveEnvironment): KnownEnvironment {
  return {
    container: live.container,
    assist: () => live.assist(),
    timeouts: live.timeouts,
    info: {
      environmentId,
      backend: live.backend,
      containerId: live.container.id,
      image: live.image,
      taskName: live.taskName,
      trial,
      assisted: false,
      state: 'running',
      message: 'environment-setup',
      endsAt: null,
    },
  }
}

/** When a phase that began at a time is cut off; null: never. */
function endOf(
  phase: Phase,
  at: string,
  { environmentMs, agentSetupMs, agentMs, verifierMs }: TrialTimeouts,
): string | null {
  const limits: Partial<Record<Phase, number | null>> = {
    'environment-setup': environmentMs,
    'agent-setup': agentSetupMs,
    'agent-execution': agentMs,
    verification: verifierMs,
  }
  const end = Date.parse(at) + (limits[phase] ?? Number.NaN)
  // Limits beyond the calendar are none.
  return Number.isFinite(end) && Math.abs(end) <= 8.64e15 ? new Date(end).toISOString() : null
}

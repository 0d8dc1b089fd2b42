import type { LiveTrial } from '../../contract/api/trials.ts'
import { isRetried } from '../../core/job/retry.ts'
import { foldLive, foldOutput } from '../../core/job/live-state.ts'
import type { TrialRow } from '../../core/job/ports.ts'
import type { IndexStore } from '../../node/sqlite/sqlite-store.ts'
import type { ForeignTimeouts } from './foreign-timeouts.ts'
import type { JobSignal, OwnJobs } from './own-jobs.ts'

/** What running trials do now. */
export interface LiveTrials {
  of(row: Pick<TrialRow, 'jobName' | 'trialName' | 'state'>): Promise<LiveTrial | null>
  /** Whether somebody typed into a running trial's environment, which its row tells only at its end. */
  isAssisted(row: Pick<TrialRow, 'jobName' | 'trialName' | 'state'>): Promise<boolean>
  /** Whether a trial of an own job has ended and is not run again. */
  hasEnded(jobName: string, trialName: string): boolean
  readonly counts: () => { readonly running: number; readonly queued: number }
  dispose(): void
}

/** Of a trial that another process runs, so many events are looked at. */
const LOOKED_AT = 300
/** What much output may have pushed out of the last events. */
const LANDMARKS = ['phase.started', 'image.ready', 'container.started']
/** Each environment begins without help. */
const ASSISTED = ['trial.started', 'environment.assisted']
/** The end of the output that a line is looked for in, once somebody asks. */
const TAIL_BYTES = 1024

export function createLiveTrials(
  own: OwnJobs,
  index: Pick<IndexStore, 'lastEvents' | 'eventsOf'>,
  foreignTimeouts: ForeignTimeouts,
): LiveTrials {
  const known = new Map<string, LiveTrial | null>()
  const ended = new Map<string, Set<string>>()
  const assisted = new Set<string>()
  const retries = new Map<string, number>()
  const waiting = new Map<string, string>()
  const stopping = new Set<string>()
  const tails = new Map<string, Uint8Array>()

  function hear(told: JobSignal): void {
    if (told.kind === 'end') return forget(told.jobName)
    if (told.kind === 'job') return hearJob(told)
    const key = `${told.jobName}/${told.trialName}`
    const live = known.get(key) ?? null
    if (told.kind === 'environment') return
    if (told.kind === 'trial' && told.event.type === 'environment.assisted') assisted.add(key)
    if (told.kind === 'trial') known.set(key, foldLive(live, told.event, timeoutsOf(told)))
    else if (live !== null) tails.set(key, endOf(tails.get(key), told.data))
  }

  /** Much is printed between two looks: only what is seen is made into a line. */
  function lookAt(key: string): LiveTrial | null {
    const live = known.get(key) ?? null
    const tail = tails.get(key)
    if (live === null || tail === undefined) return live
    const looked = foldOutput(live, new TextDecoder().decode(tail))
    known.set(key, looked)
    return looked
  }

  function hearJob({ jobName, event }: Extract<JobSignal, { kind: 'job' }>): void {
    const of = ended.get(jobName) ?? new Set<string>()
    ended.set(jobName, of)
    if (event.type === 'job.stopping') return endWaiting(jobName)
    if (event.type === 'trial.retry-scheduled')
      retries.set(`${jobName}/${event.trialName}`, (retries.get(`${jobName}/${event.trialName}`) ?? 0) + 1)
    if (event.type === 'trial.admitted') {
      const key = `${jobName}/${event.trialName}`
      of.delete(event.trialName)
      waiting.delete(key)
      // Its own stream may have told of it already: the two are written, and heard, each at its own pace.
      if (!known.has(key)) known.set(key, null)
    }
    if (event.type !== 'trial.ended') return
    const key = `${jobName}/${event.trialName}`
    // A retry gets an environment of its own.
    for (const keys of [known, tails, assisted]) keys.delete(key)
    if (isRunAgain(jobName, event)) waiting.set(key, event.trialName)
    else of.add(event.trialName)
  }

  /** A retry is announced only after the end that it follows. */
  function isRunAgain(
    jobName: string,
    { trialName, exceptionType }: { trialName: string; exceptionType: string | null },
  ) {
    const retry = own.job(jobName)?.config.retry
    if (retry === undefined || exceptionType === null || stopping.has(jobName)) return false
    return isRetried(exceptionType, retry, retries.get(`${jobName}/${trialName}`) ?? 0)
  }

  /** A job that stops runs nothing again. */
  function endWaiting(jobName: string): void {
    stopping.add(jobName)
    for (const [key, trialName] of waiting) {
      if (key !== `${jobName}/${trialName}`) continue
      waiting.delete(key)
      ended.get(jobName)?.add(trialName)
    }
  }

  function timeoutsOf({ jobName, trialName }: { readonly jobName: string; readonly trialName: string }) {
    return own.job(jobName)?.trials.find((trial) => trial.trialName === trialName)?.timeouts ?? null
  }

  function forget(jobName: string): void {
    ended.delete(jobName)
    stopping.delete(jobName)
    for (const keys of [known, assisted, retries, waiting, tails])
      for (const key of keys.keys()) if (key.startsWith(`${jobName}/`)) keys.delete(key)
  }

  const stop = own.signals.add(hear)
  return {
    async of({ jobName, trialName, state }) {
      if (state !== 'running') return null
      if (own.has(jobName)) return lookAt(`${jobName}/${trialName}`)
      const stream = `${jobName}/${trialName}`
      const [first, last, timeouts] = await Promise.all([
        index.eventsOf(stream, { types: LANDMARKS, afterSeq: 0, limit: LOOKED_AT }),
        index.lastEvents(stream, LOOKED_AT),
        foreignTimeouts({ jobName, trialName }),
      ])
      return [...first, ...last].reduce<LiveTrial | null>((live, event) => foldLive(live, event, timeouts), null)
    },
    async isAssisted({ jobName, trialName, state }) {
      if (state !== 'running') return false
      const stream = `${jobName}/${trialName}`
      if (own.has(jobName)) return assisted.has(stream)
      const events = await index.eventsOf(stream, { types: ASSISTED, afterSeq: 0, limit: LOOKED_AT })
      return events.at(-1)?.type === 'environment.assisted'
    },
    hasEnded: (jobName, trialName) => ended.get(jobName)?.has(trialName) ?? false,
    counts() {
      const total = own.names().reduce((sum, name) => sum + (own.job(name)?.trials.length ?? 0), 0)
      const over = [...ended.values()].reduce((sum, names) => sum + names.size, 0)
      const running = known.size
      return { running, queued: Math.max(0, total - over - running) }
    },
    dispose: stop,
  }
}

/** The last bytes of all that was printed. */
function endOf(before: Uint8Array | undefined, data: Uint8Array): Uint8Array {
  if (before === undefined || data.length >= TAIL_BYTES) return data.slice(-TAIL_BYTES)
  return new Uint8Array([...before.subarray(Math.max(0, before.length + data.length - TAIL_BYTES)), ...data])
}

import { expect, test } from 'vitest'
import type { JobEventBody, TrialEventBody } from '../../contract/events.ts'
import { JobConfig, type JobConfigInput } from '../../contract/harbor/job-config.ts'
import { isJobEvent, isTrialEvent } from '../../contract/events.ts'
import { stampEvent } from '../../core/job/event-line.ts'
import type { PreparedJob } from '../engine.ts'
import { createListeners, type Listeners } from './listeners.ts'
import { createLiveTrials, type LiveTrials } from './live-trials.ts'
import type { JobSignal, OwnJobs } from './own-jobs.ts'

const AT = '2026-11-21T04:09:57.928041Z'
const trial = { trialId: 'id', trialName: 'trial' }
const row = { jobName: 'job', trialName: 'trial', state: 'running' as const }
const ended = (exceptionType: string | null): JobEventBody => {
  return { type: 'trial.ended', ...trial, outcome: 'error', blame: null, reward: null, exceptionType, durationMs: 1 }
}

interface Heard {
  readonly live: LiveTrials
  readonly job: (body: JobEventBody) => void
  readonly trial: (body: TrialEventBody) => void
  readonly output: (text: string) => void
}

function ownJobs(retry: JobConfigInput['retry']): { readonly own: OwnJobs; readonly signals: Listeners<[JobSignal]> } {
  const signals = createListeners<[JobSignal]>()
  const prepared: PreparedJob = {
    jobName: 'job',
    directory: '/jobs/job',
    backend: { name: 'sandbox', version: '', reason: null },
    config: JobConfig.parse({ retry }),
    trials: [],
    finishedTrials: 0,
    invalidTasks: [],
    hostVariables: [],
    missingSecrets: [],
    missingKeys: [],
    warnings: [],
    images: [],
    estimate: { diskBytes: 0, freeBytes: null },
  }
  const own: OwnJobs = {
    signals,
    start: async () => {},
    stop: () => true,
    has: () => true,
    names: () => ['job'],
    job: () => prepared,
    failure: () => null,
    stopAll: async () => {},
  }
  return { own, signals }
}

function listen(retry: JobConfigInput['retry']): Heard {
  const { own, signals } = ownJobs(retry)
  const live = createLiveTrials(own, { lastEvents: async () => [], eventsOf: async () => [] }, async () => null)
  return {
    live,
    job(body) {
      const event = stampEvent(1, AT, body)
      if (isJobEvent(event)) signals.tell({ kind: 'job', jobName: 'job', event })
    },
    trial(body) {
      const event = stampEvent(1, AT, body)
      if (isTrialEvent(event)) signals.tell({ kind: 'trial', jobName: 'job', trialName: 'trial', event })
    },
    output(text) {
      const data = new TextEncoder().encode(text)
      signals.tell({ kind: 'output', jobName: 'job', trialName: 'trial', data })
    },
  }
}

test('a trial that will be run again has not ended, until no retry is left', () => {
  const { live, job } = listen({ max_retries: 1 })
  job({ type: 'trial.admitted', ...trial })
  job(ended('RuntimeError'))
  expect(live.hasEnded('job', 'trial')).toBe(false)
  job({ type: 'trial.retry-scheduled', ...trial, retry: 1, delayMs: 1, exceptionType: 'RuntimeError' })
  job({ type: 'trial.admitted', ...trial })
  job(ended('RuntimeError'))
  expect(live.hasEnded('job', 'trial')).toBe(true)
})

test('a trial that waits for its retry has ended when the job stops', () => {
  const { live, job } = listen({ max_retries: 1 })
  job({ type: 'trial.admitted', ...trial })
  job(ended('RuntimeError'))
  job({ type: 'job.stopping', reason: 'asked to stop', force: false })
  expect(live.hasEnded('job', 'trial')).toBe(true)
})

test('is assisted from the moment on, and its retry is not', async () => {
  const heard = listen({})
  heard.job({ type: 'trial.admitted', ...trial })
  expect(await heard.live.isAssisted(row)).toBe(false)
  heard.trial({ type: 'environment.assisted' })
  expect(await heard.live.isAssisted(row)).toBe(true)
  heard.job(ended('RuntimeError'))
  heard.job({ type: 'trial.admitted', ...trial })
  expect(await heard.live.isAssisted(row)).toBe(false)
})

test('keeps what a trial told of itself before its job told that it was admitted', async () => {
  const { live, job, trial: tell } = listen({})
  tell({ type: 'phase.started', phase: 'environment-setup' })
  const limits = { cpus: null, memoryMb: null, notEnforced: [] }
  tell({ type: 'container.started', containerId: 'c', image: 'i', workdir: '/app', ...limits })
  job({ type: 'trial.admitted', ...trial })
  tell({ type: 'phase.started', phase: 'agent-execution' })
  expect(await live.of(row)).toMatchObject({ phase: 'agent-execution', containerId: 'c' })
  expect(live.counts().running).toBe(1)
})

test('the last line is whole, though it came in pieces, and blank ones after it do not hide it', async () => {
  const { live, job, trial: tell, output } = listen({})
  job({ type: 'trial.admitted', ...trial })
  tell({ type: 'phase.started', phase: 'agent-execution' })
  output(`${'x'.repeat(5000)}\nPASSED  va`)
  output('lues keep ')
  output('their bytes')
  output('\n\n')
  expect((await live.of(row))?.lastLine).toBe('PASSED  values keep their bytes')
  output('z'.repeat(3000))
  expect((await live.of(row))?.lastLine).toBe('z'.repeat(200))
})

test('of another process the phase is known with its limit', async () => {
  const event = stampEvent(1, AT, { type: 'phase.started', phase: 'agent-execution' })
  const { own } = ownJobs({})
  const timeouts = { environmentMs: 1, agentSetupMs: 2, agentMs: 180_000, verifierMs: Number.POSITIVE_INFINITY }
  const live = createLiveTrials(
    { ...own, has: () => false },
    { lastEvents: async () => [event], eventsOf: async () => [] },
    async () => timeouts,
  )
  expect(await live.of(row)).toMatchObject({ phase: 'agent-execution', timeoutMs: 180_000 })
})

import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { StoredEvent } from '../../src/contract/events.ts'
import type { TrialRecord } from '../../src/contract/trial.ts'
import { harborProblems } from './harbor-schema.ts'
import { readJobEvents, readTrialEvents, readTrialRecord, trialFolders, type TrialEvent } from './job-folder.ts'

/** Timestamps are taken beside the monotonic clock, not with it, and a busy machine may pause a process between both. */
const CLOCK_TOLERANCE_MS = 2000

/** What must hold for every job folder: whole streams, whole time, whole output, and Harbor's own schemas. */
export async function checkJobFolder(job: string): Promise<void> {
  checkSeq(await readJobEvents(job), job)
  for (const trial of await trialFolders(job)) await checkTrialFolder(trial)
  expect(await harborProblems(job), `${job} against Harbor's schemas`).toEqual([])
}

async function checkTrialFolder(trial: string): Promise<void> {
  const events = await readTrialEvents(trial)
  checkSeq(events, trial)
  await checkOutputRanges(trial, events)
  if (existsSync(join(trial, 'result.json'))) checkPhases(trial, events, await readTrialRecord(trial))
}

function checkSeq(events: readonly StoredEvent[], stream: string): void {
  expect(
    events.map(({ seq }) => seq),
    `${stream}: seq without a gap`,
  ).toEqual(events.map((_, index) => index + 1))
}

/** Byte ranges follow each other and end where the output log ends. */
async function checkOutputRanges(trial: string, events: readonly TrialEvent[]): Promise<void> {
  const ranges = events.filter((event) => event.type === 'output.written')
  let at = 0
  for (const { from, to } of ranges) {
    expect(from, `${trial}: output without a gap`).toBe(at)
    at = to
  }
  const size = await stat(join(trial, 'tbcc.output.log')).then(
    (stats) => stats.size,
    () => 0,
  )
  if (existsSync(join(trial, 'result.json'))) expect(at, `${trial}: all output is told of`).toBe(size)
}

/** Phases follow each other without a gap and are the whole trial. */
function checkPhases(trial: string, events: readonly TrialEvent[], record: TrialRecord): void {
  const { phases, startedAt, finishedAt } = record
  expect(phases[0]?.phase, trial).toBe('queued')
  expect(phases.at(-1)?.phase, trial).toBe('teardown')
  let at = toMs(phases[0]?.startedAt ?? '')
  for (const span of phases) {
    expect(Math.abs(toMs(span.startedAt) - at), `${trial}: gap before ${span.phase}`).toBeLessThan(CLOCK_TOLERANCE_MS)
    at += span.durationMs
  }
  expect(Math.abs(toMs(finishedAt) - at), `${trial}: time after the last phase`).toBeLessThan(CLOCK_TOLERANCE_MS)
  expect(toMs(startedAt), trial).toBeGreaterThanOrEqual(toMs(phases[0]?.startedAt ?? ''))
  const run = events.slice(events.findLastIndex((event) => event.type === 'trial.started'))
  const told = run
    .filter((event) => event.type === 'phase.finished')
    .map(({ phase, durationMs }) => ({ phase, durationMs }))
  // The end of `queued` is told before the trial says that it started.
  const rest = phases.map(({ phase, durationMs }) => ({ phase, durationMs })).slice(-told.length)
  expect(told, `${trial}: phases as events and as record`).toEqual(rest)
  const total = phases.reduce((sum, { phase, durationMs }) => (phase === 'queued' ? sum : sum + durationMs), 0)
  expect(run.find((event) => event.type === 'trial.finished')?.durationMs, trial).toBeCloseTo(total, 3)
}

function toMs(timestamp: string): number {
  return Date.parse(timestamp)
}

import { closeSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { StoredEvent } from '../contract/events.ts'
import { JobResult } from '../contract/harbor/job-result.ts'
import { TrialResult } from '../contract/harbor/trial-result.ts'
import { JobRecord, type PlannedTrial } from '../contract/job-record.ts'
import { parseEventLine } from '../core/job/event-line.ts'
import { parseHarborJson } from '../core/job/harbor-json.ts'
import type { FinishedTrial } from '../core/job/finished-trial.ts'
import { planResume, retriesOfCutRun, type FoundTrial } from '../core/job/resume.ts'
import { isRetried } from '../core/job/retry.ts'
import type { JobPlan } from '../core/job/run-job.ts'
import { awaitsRun, isBeingEmptied } from '../node/fs/replaced-trial.ts'
import { readLines } from '../node/read/event-lines.ts'
import { EVENTS_FILE, RECORD_FILE, RESULT_FILE } from '../node/read/layout.ts'
import { directoriesBelow, openBelow, readTextBelow } from '../node/read/safe-read.ts'
import { readRecord } from './find.ts'
import type { SettledJob } from './prepare.ts'
import { readStoredConfig } from './stored-config.ts'

/** What an earlier run of a job left. A new job has none of it. */
export interface EarlierRun {
  readonly finished: readonly FinishedTrial[]
  readonly replace: JobPlan['replace']
  /** Local time, as in its result.json. */
  readonly startedAt: string | null
  readonly retries: number
}

/** A job's folder as a resume finds it. */
export interface FoundJob {
  readonly record: JobRecord
  /** Trials to run, in the job's order. */
  readonly pending: readonly PlannedTrial[]
  readonly earlier: EarlierRun
}

/** For `retryExceptions` see planResume. Code: invalid-input where tbcc did not start the job. */
export function findEarlierRun(directory: string, retryExceptions: readonly string[] | null): FoundJob {
  const record = readJobRecord(directory)
  const results = new Map(
    directoriesBelow(directory)
      .filter((name) => !awaitsRun(directory, name))
      .map((name) => [name, isBeingEmptied(directory, name) ? null : readResult(join(directory, name))]),
  )
  const isRetryOwed = retryRule(directory, record)
  const found = [...results].map(([trialName, result]) => ({
    ...toFound(join(directory, trialName), trialName, result),
    isRetryOwed: isRetryOwed(trialName, result),
  }))
  const { pending, finished, replace } = planResume(record.trials, found, retryExceptions)
  const result = readJobResult(directory)
  return {
    record,
    pending,
    earlier: {
      finished: finished.flatMap((name) => toFinished(results.get(name) ?? null)),
      replace,
      startedAt: result?.started_at ?? null,
      retries: result?.stats.n_retries ?? 0,
    },
  }
}

/**
 * The same for who holds the job: what was settled before may be out of date, as another process may have had the job in
 * between. Code: busy where other trials are left now than those that were settled.
 */
export function findAgain(
  { jobId, jobName, directory, planned }: SettledJob,
  retryExceptions: readonly string[] | null,
): EarlierRun {
  const { record, pending, earlier } = findEarlierRun(directory, retryExceptions)
  const isSame =
    pending.length === planned.length && pending.every((trial, at) => trial.trialId === planned[at]?.trialId)
  if (record.jobId === jobId && isSame) return earlier
  throw new AppError('busy', `the job ${jobName} has changed since it was looked at: other trials of it are left now`, {
    details: { hint: 'resume it again' },
  })
}

function readJobRecord(directory: string): JobRecord {
  const text = readTextBelow(directory, [RECORD_FILE])
  const parsed = JobRecord.safeParse(text === null ? null : parseJson(text))
  if (parsed.success) return parsed.data
  throw new AppError('invalid-input', `${directory} cannot be resumed: its ${RECORD_FILE} is missing or damaged`, {
    details: {
      hint: 'tbcc resume goes on with jobs that tbcc started; finished trials of any job are shown by tbcc show',
    },
  })
}

function readResult(directory: string): TrialResult | null {
  const text = readTextBelow(directory, [RESULT_FILE], MAX_RESULT_BYTES)
  const parsed = TrialResult.safeParse(text === null ? null : parseJson(text))
  return parsed.success ? parsed.data : null
}

function readJobResult(directory: string): JobResult | null {
  const text = readTextBelow(directory, [RESULT_FILE], MAX_RESULT_BYTES)
  const parsed = JobResult.safeParse(text === null ? null : parseJson(text))
  return parsed.success ? parsed.data : null
}

/** Results hold an agent's rollout details, which may be large. */
const MAX_RESULT_BYTES = 256 * 1024 ** 2

function parseJson(text: string): unknown {
  try {
    return parseHarborJson(text)
  } catch {
    return null
  }
}

/** Whether a run that was cut off would have run a trial again, had it come to that. */
function retryRule(directory: string, record: JobRecord): (trialName: string, result: TrialResult | null) => boolean {
  const rules = readStoredConfig(directory, record)?.retry
  if (rules === undefined || rules.max_retries === 0) return () => false
  const retries = retriesOfCutRun(readStream(directory))
  return (trialName, result) => {
    const before = retries.get(trialName)
    return before !== undefined && isRetried(result?.exception_info?.exception_type ?? null, rules, before)
  }
}

function* readStream(directory: string): Iterable<StoredEvent> {
  const file = openBelow(directory, [EVENTS_FILE])
  if (file === null) return
  try {
    for (const { bytes } of readLines(file, 0)) {
      const event = parseEventLine(bytes.toString('utf8'))
      if (event !== null) yield event
    }
  } finally {
    closeSync(file)
  }
}

function toFound(directory: string, trialName: string, result: TrialResult | null): Omit<FoundTrial, 'isRetryOwed'> {
  return {
    trialName,
    hasResult: result !== null,
    exceptionType: result?.exception_info?.exception_type ?? null,
    wasStopped: result !== null && readRecord(directory)?.outcome === 'aborted',
  }
}

function toFinished(result: TrialResult | null): FinishedTrial[] {
  if (result === null) return []
  const usage = result.agent_result
  return [
    {
      trialName: result.trial_name,
      taskName: result.task_name,
      agent: result.agent_info.name,
      model: result.config.agent.model_name,
      source: result.source,
      rewards: result.verifier_result?.rewards ?? null,
      exceptionType: result.exception_info?.exception_type ?? null,
      usage: {
        inputTokens: usage?.n_input_tokens ?? null,
        cachedTokens: usage?.n_cache_tokens ?? null,
        outputTokens: usage?.n_output_tokens ?? null,
        costUsd: usage?.cost_usd ?? null,
      },
    },
  ]
}

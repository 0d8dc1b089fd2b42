import type Database from 'better-sqlite3'
import type { JobRow, TrialRow } from '../../core/job/ports.ts'
import { INTERRUPTED_REASON } from '../../core/job/row-order.ts'

/** Column of each field; a field that is added to a row is missing here until it has one. */
export const TRIAL_COLUMNS: Readonly<Record<keyof TrialRow, string>> = {
  jobName: 'job_name',
  trialName: 'trial_name',
  trialId: 'trial_id',
  taskName: 'task_name',
  agent: 'agent',
  model: 'model',
  attempt: 'attempt',
  backend: 'backend',
  state: 'state',
  outcome: 'outcome',
  blame: 'blame',
  reward: 'reward',
  testsPassed: 'tests_passed',
  testsTotal: 'tests_total',
  exceptionType: 'exception_type',
  inputTokens: 'input_tokens',
  cachedTokens: 'cached_tokens',
  outputTokens: 'output_tokens',
  costUsd: 'cost_usd',
  costIsEstimate: 'cost_is_estimate',
  startedAt: 'started_at',
  finishedAt: 'finished_at',
  durationMs: 'duration_ms',
  source: 'source',
  difficulty: 'difficulty',
  category: 'category',
  steps: 'steps',
  reason: 'reason',
  assisted: 'assisted',
}

const JOB_COLUMNS: Readonly<Record<keyof JobRow, string>> = {
  jobName: 'job_name',
  jobId: 'job_id',
  startedAt: 'started_at',
  finishedAt: 'finished_at',
  totalTrials: 'total_trials',
  state: 'state',
  agents: 'agents',
  backend: 'backend',
  pausedMs: 'paused_ms',
}

/** Rows of jobs and trials, read and written. */
export interface RowTables {
  putJob(row: JobRow): void
  putTrial(row: TrialRow): void
  jobs(): readonly JobRow[]
  trials(jobName: string): readonly TrialRow[]
  find(nameOrId: string): readonly TrialRow[]
  /** Brings the trials of an interrupted job to what `settleTrialRow` says, where they are not there yet. */
  settleTrials(jobName: string): void
  deleteJob(jobName: string): void
  deleteTrials(jobName: string): void
  deleteTrial(jobName: string, trialName: string): void
}

export function createRowTables(db: Database.Database): RowTables {
  const putJob = db.prepare(insertInto('jobs', JOB_COLUMNS))
  const putTrial = db.prepare(insertInto('trials', TRIAL_COLUMNS))
  const jobs = db.prepare<[], Omit<JobRow, 'agents'> & { readonly agents: string }>(selectFrom('jobs', JOB_COLUMNS))
  const trials = db.prepare<[string], StoredTrial>(`${selectFrom('trials', TRIAL_COLUMNS)} WHERE job_name = ?`)
  const byName = db.prepare<[string, string], StoredTrial>(
    `${selectFrom('trials', TRIAL_COLUMNS)} WHERE trial_name = ? OR trial_id = ?`,
  )
  const unsettled = db.prepare<[string, string], number>(`SELECT 1 FROM trials WHERE ${UNSETTLED} LIMIT 1`).pluck()
  const settle = db.prepare<[string, string, string]>(
    `UPDATE trials SET reason = ?, state = 'queued', started_at = NULL WHERE ${UNSETTLED}`,
  )
  const deleteJob = db.prepare('DELETE FROM jobs WHERE job_name = ?')
  const deleteTrials = db.prepare('DELETE FROM trials WHERE job_name = ?')
  const deleteTrial = db.prepare('DELETE FROM trials WHERE job_name = ? AND trial_name = ?')
  return {
    putJob: (row) => void putJob.run({ ...row, agents: JSON.stringify(row.agents) }),
    putTrial: (row) => void putTrial.run(toStored(row)),
    jobs: () => jobs.all().map((row) => ({ ...row, agents: parseNames(row.agents) })),
    trials: (jobName) => trials.all(jobName).map(toTrialRow),
    find: (nameOrId) => byName.all(nameOrId, nameOrId).map(toTrialRow),
    settleTrials(jobName) {
      // Looked at first: a look takes no lock.
      if (unsettled.get(jobName, INTERRUPTED_REASON) !== 1) return
      settle.run(INTERRUPTED_REASON, jobName, INTERRUPTED_REASON)
    },
    deleteJob: (jobName) => void deleteJob.run(jobName),
    deleteTrials: (jobName) => void deleteTrials.run(jobName),
    deleteTrial: (jobName, trialName) => void deleteTrial.run(jobName, trialName),
  }
}

/** Trials of a job that have no result and do not say yet that they wait for a resume. */
const UNSETTLED = "job_name = ? AND state <> 'finished' AND (state = 'running' OR reason IS NOT ?)"

/** SQLite has no truth values. */
type Flag = 'assisted' | 'costIsEstimate'
export type StoredTrial = Omit<TrialRow, Flag> & Readonly<Record<Flag, number>>

function toStored(row: TrialRow): StoredTrial {
  return { ...row, assisted: Number(row.assisted), costIsEstimate: Number(row.costIsEstimate) }
}

export function toTrialRow(stored: StoredTrial): TrialRow {
  return { ...stored, assisted: stored.assisted !== 0, costIsEstimate: stored.costIsEstimate !== 0 }
}

function insertInto(table: string, columns: Readonly<Record<string, string>>): string {
  const values = Object.keys(columns).map((field) => `@${field}`)
  return `INSERT OR REPLACE INTO ${table} (${Object.values(columns).join(', ')}) VALUES (${values.join(', ')})`
}

export function selectFrom(table: string, columns: Readonly<Record<string, string>>): string {
  const fields = Object.entries(columns).map(([field, column]) => `${column} AS ${field}`)
  return `SELECT ${fields.join(', ')} FROM ${table}`
}

function parseNames(json: string): readonly string[] {
  const names: unknown = JSON.parse(json)
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
}

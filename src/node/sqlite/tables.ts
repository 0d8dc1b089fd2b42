import type Database from 'better-sqlite3'
import { createEventTable, type EventTable } from './event-table.ts'
import type { Change, IndexCounts } from './protocol.ts'
import type { JobTotals } from '../../core/analysis/job-totals.ts'
import { createJobTotalsTable } from './job-totals-table.ts'
import { createQueryTable, type QueryTable } from './query-table.ts'
import { createStepTable, type StepTable } from './step-table.ts'
import { createRowTables, type RowTables } from './rows.ts'

/** All tables of an open index. */
export interface Tables {
  readonly events: EventTable
  readonly rows: RowTables
  readonly queries: QueryTable
  readonly steps: StepTable
  /** Of these jobs, or of all. */
  jobTotals(jobNames: readonly string[] | null): readonly JobTotals[]
  /** State of a job's documents when its rows were last made from them. */
  stamp(jobName: string): string | null
  setStamp(jobName: string, stamp: string): void
  /** Whether a job's row says that it runs. */
  isRunning(jobName: string): boolean
  /** Names of the jobs whose rows say that they run. */
  runningJobs(): readonly string[]
  /** Every job that anything is kept of. */
  knownJobs(): readonly string[]
  /** All that is kept of a job. */
  forgetJob(jobName: string): void
  counts(): IndexCounts
  /** Runs as one transaction that others wait for. */
  atOnce(work: () => void): void
}

export function createTables(db: Database.Database): Tables {
  const events = createEventTable(db)
  const rows = createRowTables(db)
  const stamp = db.prepare<[string], string>('SELECT stamp FROM sources WHERE job_name = ?').pluck()
  const setStamp = db.prepare('INSERT OR REPLACE INTO sources VALUES (?, ?)')
  const deleteStamp = db.prepare('DELETE FROM sources WHERE job_name = ?')
  const known = db
    .prepare<[], string>(
      "SELECT job_name FROM jobs UNION SELECT job_name FROM sources UNION SELECT substr(name, 1, instr(name || '/', '/') - 1) FROM streams",
    )
    .pluck()
  const running = db.prepare<[string], number>("SELECT 1 FROM jobs WHERE job_name = ? AND state = 'running'").pluck()
  const allRunning = db.prepare<[], string>("SELECT job_name FROM jobs WHERE state = 'running'").pluck()
  const counts = db.prepare<[], IndexCounts>(
    'SELECT (SELECT count(*) FROM jobs) AS jobs, (SELECT count(*) FROM trials) AS trials, (SELECT count(*) FROM events) AS events',
  )
  const transact = db.transaction((work: () => void) => work())
  return {
    events,
    rows,
    queries: createQueryTable(db),
    steps: createStepTable(db),
    jobTotals: createJobTotalsTable(db),
    stamp: (jobName) => stamp.get(jobName) ?? null,
    setStamp: (jobName, value) => void setStamp.run(jobName, value),
    isRunning: (jobName) => running.get(jobName) === 1,
    runningJobs: () => allRunning.all(),
    knownJobs: () => known.all(),
    forgetJob(jobName) {
      rows.deleteJob(jobName)
      rows.deleteTrials(jobName)
      deleteStamp.run(jobName)
      for (const stream of events.streamsOf(jobName)) events.deleteStream(stream)
    },
    counts: () => counts.get() ?? { jobs: 0, trials: 0, events: 0 },
    atOnce: (work) => transact.immediate(work),
  }
}

/** Applies one change. */
export function applyChange(tables: Tables, change: Change): void {
  switch (change.kind) {
    case 'events':
      return tables.events.put(change)
    case 'job':
      return tables.rows.putJob(change.row)
    case 'trial':
      return tables.rows.putTrial(change.row)
    case 'truncate':
      return tables.events.truncate(change.stream, change.lastSeq)
    case 'delete-trial':
      tables.rows.deleteTrial(change.jobName, change.trialName)
      return tables.events.deleteStream(`${change.jobName}/${change.trialName}`)
    case 'delete-job':
      return tables.forgetJob(change.jobName)
  }
}

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { INDEX_FILE } from '../read/layout.ts'
import { wasMoved } from './database.ts'
import { isDamage, openIndex, replaceIndex, temporaryIndex, type ReadyIndex } from './open-index.ts'
import type { Answer, Change, IndexCounts, Interrupted, Question, WorkerSettings } from './protocol.ts'
import { refreshIndex } from './refresh.ts'
import { applyChange, type Tables } from './tables.ts'
import { createTrajectories } from './trajectories.ts'

/** The index of one jobs folder, as the worker holds it. */
export interface IndexSession {
  /** Never throws: what cannot be written now is found in the files later. */
  apply(changes: readonly Change[]): void
  /** Throws what SQLite or the file system throws. */
  answer(question: Question, interrupted: Interrupted): Answer
}

/** A temporary index is told of nothing by other processes: it compares before any answer. */
const TEMPORARY_REFRESH_MS = 1000

/** In place of 0, which is the whole comparison. */
const ANY_AGE_MS = Number.MIN_VALUE

/** Opens the index; it is brought up to date before the first answer. */
export function openSession({ jobsDir, listRefreshMs }: WorkerSettings): IndexSession {
  const path = join(jobsDir, INDEX_FILE)
  let current = openIndex(path)
  let isStale = true
  let refreshedAt = 0
  const seen = new Map<string, string>()
  /** Jobs whose rows were last brought to what is said of interrupted ones. */
  let settled: readonly string[] = []
  const trajectories = createTrajectories(jobsDir)

  function become(index: ReadyIndex): void {
    current = index
    isStale = true
  }

  function followMove(): void {
    if (!wasMoved(current)) return
    current.db.close()
    become(openIndex(path))
  }

  function refresh(maxAgeMs: number): void {
    const ageMs = performance.now() - refreshedAt
    if (!isStale && ageMs < (current.file === null ? Math.min(maxAgeMs, TEMPORARY_REFRESH_MS) : maxAgeMs)) return
    // What is stale, or asked to be fresh, is compared as a whole; else a glance at each job tells whether it moved.
    if (isStale || maxAgeMs === 0) seen.clear()
    isStale = true
    refreshIndex(current.tables, jobsDir, seen)
    isStale = false
    refreshedAt = performance.now()
  }

  /**
   * What is said of interrupted jobs is not in their files: it is put into rows only where a question about them brings it, and
   * after anything that may have made them anew. Where somebody goes on with such a job, its rows are those of the files again.
   */
  function prepare(maxAgeMs: number, interrupted: Interrupted): void {
    for (const jobName of interrupted === null ? [] : settled.filter((name) => !interrupted.includes(name))) {
      current.tables.setStamp(jobName, '')
      isStale = true
    }
    refresh(maxAgeMs)
    if (interrupted === null) return
    for (const jobName of interrupted) current.tables.rows.settleTrials(jobName)
    settled = interrupted
  }

  /** Runs `work` on an index that is sound and not older than asked; once more after a repair. */
  function use<T>(maxAgeMs: number, work: (tables: Tables) => T, interrupted: Interrupted = null): T {
    try {
      followMove()
      prepare(maxAgeMs, interrupted)
      return work(current.tables)
    } catch (thrown) {
      if (current.file === null) throw thrown
      current.db.close()
      become(isDamage(thrown) ? repaired() : temporaryIndex())
      prepare(maxAgeMs, interrupted)
      return work(current.tables)
    }
  }

  /** Another process may have replaced it already. */
  function repaired(): ReadyIndex {
    return wasMoved(current) ? openIndex(path) : replaceIndex(path)
  }

  function rebuild(): IndexCounts {
    current.db.close()
    become(repaired())
    if (current.file === null) throw new AppError('storage-read-only', `${path} cannot be written`)
    rmSync(`${path}.corrupt`, { force: true })
    return use(0, (tables) => tables.counts())
  }

  function answer(question: Question, interrupted: Interrupted): Answer {
    const ofRows = <T>(work: (tables: Tables) => T): T => use(listRefreshMs, work, interrupted)
    switch (question.kind) {
      case 'jobs':
        return use(listRefreshMs, ({ rows }) => rows.jobs())
      case 'trials':
        return ofRows(({ rows }) => rows.trials(question.jobName))
      case 'find':
        return ofRows(({ rows }) => rows.find(question.nameOrId))
      case 'query-trials':
        return ofRows(({ queries }) => queries.query(question.query))
      case 'facets':
        return ofRows(({ queries }) => queries.facets(question.filter))
      case 'job-totals':
        return ofRows((tables) => tables.jobTotals(question.jobNames))
      case 'spent':
        return use(listRefreshMs, ({ queries }) => queries.spentUsd(question.since))
      case 'statistics':
        return ofRows(({ queries }) => queries.statistics(question.of, question.filter))
      case 'events':
        return use(Infinity, ({ events }) => events.after(question.stream, question.afterSeq, question.limit))
      case 'events-of':
        return use(Infinity, ({ events }) => events.ofTypes(question.stream, question))
      case 'last':
        return use(Infinity, ({ events }) => events.last(question.stream, question.limit))
      case 'ranges':
        return use(Infinity, ({ events }) => events.ranges(question.stream, question.afterSeq))
      case 'sample-output':
        return use(Infinity, ({ events }) => events.sampleOutput(question.stream, question.most))
      case 'step-page':
        return use(Infinity, ({ steps }) => steps.page(question.stream, question.query))
      case 'steps':
        return use(Infinity, ({ steps }) => steps.steps(question.stream, question.indices))
      case 'trajectory-page':
        return trajectories.page(question.stream, question.query)
      case 'trajectory-steps':
        return trajectories.steps(question.stream, question.indices)
      case 'running-jobs':
        return use(listRefreshMs, (tables) => tables.runningJobs())
      case 'refresh':
        return use(0, () => null)
      case 'look':
        return use(Math.max(question.maxAgeMs, ANY_AGE_MS), () => null)
      case 'rebuild':
        return rebuild()
      case 'flush':
        return null
      case 'close':
        current.db.close()
        return null
    }
  }

  return {
    apply(changes) {
      try {
        followMove()
        current.tables.atOnce(() => {
          for (const change of changes) applyChange(current.tables, change)
        })
      } catch {
        // The next answer looks into the files first.
        isStale = true
      }
    },
    answer,
  }
}

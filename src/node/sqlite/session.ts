import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { INDEX_FILE } from '../read/layout.ts'
import { wasMoved } from './database.ts'
import { isDamage, openIndex, replaceIndex, temporaryIndex, type ReadyIndex } from './open-index.ts'
import type { Answer, Change, IndexCounts, Question, WorkerSettings } from './protocol.ts'
import { refreshIndex } from './refresh.ts'
import { applyChange, type Tables } from './tables.ts'
import { createTrajectories } from './trajectories.ts'

/** The index of one jobs folder, as the worker holds it. */
export interface IndexSession {
  /** Never throws: what cannot be written now is found in the files later. */
  apply(changes: readonly Change[]): void
  /** Throws what SQLite or the file system throws. */
  answer(question: Question): Answer
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
  let interrupted: readonly string[] = []
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

  /** After anything that may have made their rows anew. */
  function settle(): void {
    for (const jobName of interrupted) current.tables.rows.settleTrials(jobName)
  }

  /** Runs `work` on an index that is sound and not older than asked; once more after a repair. */
  function use<T>(maxAgeMs: number, work: (tables: Tables) => T): T {
    try {
      followMove()
      refresh(maxAgeMs)
      settle()
      return work(current.tables)
    } catch (thrown) {
      if (current.file === null) throw thrown
      current.db.close()
      become(isDamage(thrown) ? repaired() : temporaryIndex())
      refresh(maxAgeMs)
      settle()
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

  function answer(question: Question): Answer {
    switch (question.kind) {
      case 'jobs':
        return use(listRefreshMs, ({ rows }) => rows.jobs())
      case 'trials':
        return use(listRefreshMs, ({ rows }) => rows.trials(question.jobName))
      case 'find':
        return use(listRefreshMs, ({ rows }) => rows.find(question.nameOrId))
      case 'query-trials':
        return use(listRefreshMs, ({ queries }) => queries.query(question.query))
      case 'facets':
        return use(listRefreshMs, ({ queries }) => queries.facets(question.filter))
      case 'job-totals':
        return use(listRefreshMs, (tables) => tables.jobTotals(question.jobNames))
      case 'spent':
        return use(listRefreshMs, ({ queries }) => queries.spentUsd(question.since))
      case 'statistics':
        return use(listRefreshMs, ({ queries }) => queries.statistics(question.of, question.filter))
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
      case 'settle':
        interrupted = question.interrupted
        return null
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

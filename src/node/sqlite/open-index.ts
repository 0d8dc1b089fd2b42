import { existsSync, renameSync, rmSync } from 'node:fs'
import { AppError } from '../../contract/errors.ts'
import { errnoOf } from '../storage-error.ts'
import { openIndexFile, openTemporaryIndex, type OpenIndex } from './database.ts'
import { createTables, type Tables } from './tables.ts'

/** An index that is open and has all its tables. */
export interface ReadyIndex extends OpenIndex {
  readonly tables: Tables
}

/** Opens the index of a path; a damaged one is moved aside and made anew; where none can be written, it is temporary. */
export function openIndex(path: string): ReadyIndex {
  try {
    return ready(openIndexFile(path))
  } catch (thrown) {
    return isDamage(thrown) ? replaceIndex(path) : temporaryIndex()
  }
}

/** Moves an index aside, for whoever wants to look at what damaged it, and makes a new one. */
export function replaceIndex(path: string): ReadyIndex {
  try {
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
    if (existsSync(path)) renameSync(path, `${path}.corrupt`)
    return ready(openIndexFile(path))
  } catch {
    return temporaryIndex()
  }
}

/** For a jobs folder that cannot be written. */
export function temporaryIndex(): ReadyIndex {
  return ready(openTemporaryIndex())
}

/** Whether an error means that the index itself is broken, and not that it cannot be reached or written. */
export function isDamage(thrown: unknown): boolean {
  if (thrown instanceof AppError) return thrown.code === 'store-corrupt'
  return /^SQLITE_(CORRUPT|NOTADB|FORMAT|MISMATCH|ERROR$)/.test(errnoOf(thrown))
}

function ready(index: OpenIndex): ReadyIndex {
  try {
    return { ...index, tables: createTables(index.db) }
  } catch (thrown) {
    index.db.close()
    throw thrown
  }
}

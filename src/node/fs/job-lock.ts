import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { AppError } from '../../contract/errors.ts'
import type { OwnerId } from '../../core/environment/backend.ts'
import { LOCK_FILE, OWNER_FILE } from '../read/layout.ts'
import { readTextBelow } from '../read/safe-read.ts'
import { errnoOf, toStorageError } from '../storage-error.ts'
import { writeFileAtomically } from '../write/atomic-file.ts'

/** A job held by this process. */
export interface JobLock {
  release(): Promise<void>
}

/** Someone who only asks whether the lock is held has it for a moment: so often, and that far apart, a taker tries. */
const TAKE_ATTEMPTS = 10
const TAKE_INTERVAL_MS = 50

/**
 * Takes a job for this process. The lock is a transaction that is never committed, on an empty database: the operating
 * system holds it and drops it with the process, however that ends. Code: busy, naming the holder.
 */
export async function takeJobLock(jobDirectory: string, owner: OwnerId): Promise<JobLock> {
  const database = openLock(jobDirectory, { timeout: 0 })
  try {
    // No journal file: nothing is ever written.
    database.pragma('journal_mode = MEMORY')
    await lock(database)
    await writeFileAtomically(
      join(jobDirectory, OWNER_FILE),
      `${JSON.stringify({ ...owner, since: new Date().toISOString() })}\n`,
    )
  } catch (thrown) {
    database.close()
    throw isBusy(thrown) ? busy(jobDirectory, thrown) : toLockError(thrown, jobDirectory)
  }
  return {
    async release() {
      if (!database.open) return
      await rm(join(jobDirectory, OWNER_FILE), { force: true }).catch(() => {})
      database.close()
    },
  }
}

/** Whether any process, this one included, holds the job. Leaves no trace; false where nobody ever took it. */
export function isJobLocked(jobDirectory: string): boolean {
  if (!existsSync(join(jobDirectory, LOCK_FILE))) return false
  let database: Database.Database | undefined
  try {
    database = openLock(jobDirectory, { readonly: true, timeout: 0 })
    database.pragma('schema_version')
    return false
  } catch (thrown) {
    return isBusy(thrown)
  } finally {
    database?.close()
  }
}

/** Who holds the job, as it said itself; null where nobody does or it cannot be read. */
export function readJobOwner(jobDirectory: string): (OwnerId & { readonly since: string }) | null {
  const text = readTextBelow(jobDirectory, [OWNER_FILE])
  if (text === null) return null
  try {
    return OwnerFile.parse(JSON.parse(text))
  } catch {
    return null
  }
}

const OwnerFile = z.object({
  machineId: z.string(),
  bootId: z.string(),
  pid: z.number(),
  startTime: z.string(),
  since: z.string(),
})

function openLock(jobDirectory: string, options: Database.Options): Database.Database {
  try {
    return new Database(join(jobDirectory, LOCK_FILE), options)
  } catch (thrown) {
    throw toLockError(thrown, jobDirectory)
  }
}

async function lock(database: Database.Database, attemptsLeft = TAKE_ATTEMPTS - 1): Promise<void> {
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (thrown) {
    if (!isBusy(thrown) || attemptsLeft === 0) throw thrown
    await setTimeout(TAKE_INTERVAL_MS)
    await lock(database, attemptsLeft - 1)
  }
}

function isBusy(thrown: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(errnoOf(thrown))
}

function busy(jobDirectory: string, cause: unknown): AppError {
  const owner = readJobOwner(jobDirectory)
  const holder = owner === null ? 'another tbcc process' : `tbcc process ${owner.pid}, since ${owner.since}`
  const hint = 'follow it with `tbcc logs -f`, or end it with Ctrl-C where it runs'
  return new AppError('busy', `${jobDirectory} is being run by ${holder}`, { cause, details: { hint } })
}

function toLockError(thrown: unknown, jobDirectory: string): AppError {
  const doing = `take ${jobDirectory} for this process`
  if (/^SQLITE_(READONLY|CANTOPEN|PERM)/.test(errnoOf(thrown))) {
    const hint = 'choose a jobs folder that you may write, with -o'
    return new AppError('storage-read-only', `could not ${doing}: its lock file cannot be written`, {
      cause: thrown,
      details: { hint },
    })
  }
  if (errnoOf(thrown) === 'SQLITE_FULL')
    return new AppError('storage-full', `could not ${doing}: no space is left on the disk`, { cause: thrown })
  return toStorageError(thrown, doing)
}

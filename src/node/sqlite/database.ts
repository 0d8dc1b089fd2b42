import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { MIGRATIONS } from './migrations/index.ts'

/** Several processes may write one index: this long one waits for another's transaction. */
const BUSY_TIMEOUT_MS = 10_000

/** An index that is open, and the file it was opened from; null: a temporary one. */
export interface OpenIndex {
  readonly db: Database.Database
  readonly file: { readonly path: string; readonly identity: string } | null
}

/** Opens or makes the index at a path for reading and writing. Throws SqliteError: corrupt, read-only, cannot open. */
export function openIndexFile(path: string): OpenIndex {
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    db.pragma('journal_mode = WAL')
    // Without a sync per transaction: what a power cut takes from an index is found again in the files.
    db.pragma('synchronous = NORMAL')
    db.pragma('wal_autocheckpoint = 4000')
    db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`)
    migrate(db)
    return { db, file: { path, identity: identityOf(path) } }
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

/** An index that is gone when it is closed; only what does not fit into SQLite's cache goes to the disk for temporary files. */
export function openTemporaryIndex(): OpenIndex {
  const db = new Database('')
  migrate(db)
  return { db, file: null }
}

/** Whether the file was moved away or replaced since, by another process that found it damaged, or by a person. */
export function wasMoved({ file }: OpenIndex): boolean {
  return file !== null && identityOf(file.path) !== file.identity
}

function identityOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats === undefined ? 'none' : `${stats.dev}:${stats.ino}`
}

/** Brings the database to the newest form. Also fails on a folder that is read-only, before anything depends on it. */
function migrate(db: Database.Database): void {
  db.transaction(() => {
    const current = Number(db.pragma('user_version', { simple: true }))
    const newest = MIGRATIONS.at(-1)?.version ?? 0
    if (current > newest) throw new NewerIndexError(current)
    for (const { version, sql } of MIGRATIONS) {
      if (version <= current) continue
      db.exec(sql)
      db.pragma(`user_version = ${version}`)
    }
  }).immediate()
}

/** The index was made by a newer version of the program. */
class NewerIndexError extends Error {
  constructor(version: number) {
    super(`the index has form ${version}, which only a newer tbcc knows`)
  }
}

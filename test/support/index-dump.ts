import { join } from 'node:path'
import Database from 'better-sqlite3'

/** All that an index holds, in an order that does not depend on how it came there. */
export function dumpIndex(jobsDir: string): Readonly<Record<string, readonly unknown[]>> {
  const db = new Database(join(jobsDir, '.tbcc.db'), { readonly: true })
  try {
    return {
      jobs: db.prepare('SELECT * FROM jobs ORDER BY job_name').all(),
      trials: db.prepare('SELECT * FROM trials ORDER BY job_name, trial_name').all(),
      events: db
        .prepare('SELECT name, seq, type, at, json FROM events JOIN streams ON stream = id ORDER BY name, seq')
        .all(),
      output: db
        .prepare(
          'SELECT name, seq, phase, from_byte, to_byte FROM output JOIN streams ON stream = id ORDER BY name, seq',
        )
        .all(),
      knownTo: db.prepare('SELECT name, known_to FROM streams WHERE known_to > 0 ORDER BY name').all(),
    }
  } finally {
    db.close()
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openIndexFile } from './database.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { createTables } from './tables.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-database-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test.each(MIGRATIONS.slice(0, -1).map(({ version }) => version))(
  'an index of form %i is brought to the newest one, with what it knew, and reads the files again',
  (version) => {
    const path = join(folder, 'index.db')
    const old = new Database(path)
    for (const migration of MIGRATIONS.filter((one) => one.version <= version)) old.exec(migration.sql)
    old.pragma(`user_version = ${version}`)
    old.exec(
      "INSERT INTO jobs (job_name, job_id, total_trials, state, agents) VALUES ('job', 'id', 1, 'completed', '[]')",
    )
    old.exec(
      "INSERT INTO trials (job_name, trial_name, task_name, agent, state) VALUES ('job', 't', 'a', 'b', 'finished')",
    )
    old.exec("INSERT INTO streams (name, known_to) VALUES ('job/t', 0)")
    old.exec("INSERT INTO sources VALUES ('job', 'stamp')")
    old.close()

    const index = openIndexFile(path)
    const tables = createTables(index.db)
    expect(index.db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.at(-1)?.version)
    expect(tables.rows.jobs()).toMatchObject([{ jobName: 'job', pausedMs: 0 }])
    expect(tables.rows.trials('job')).toMatchObject([
      { trialName: 't', assisted: false, costIsEstimate: false, reason: null },
    ])
    expect(tables.stamp('job')).toBeNull()
    index.db.close()
  },
)

import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeRunStore } from '../../../test/contract/store-suite.ts'
import { createIndexStore } from './sqlite-store.ts'

describeRunStore('SQLite', async (heldJob) => {
  const folder = await mkdtemp(join(tmpdir(), 'tbcc-store-'))
  // The suite puts rows that no file stands behind: they are compared with the files once, while there is nothing.
  const store = createIndexStore(folder, { isHeld: async (jobName) => jobName === heldJob, listRefreshMs: Infinity })
  await store.refresh()
  return {
    store: {
      ...store,
      putJob(row) {
        // The least that makes a folder a job: without one it is forgotten as soon as somebody looks.
        mkdirSync(join(folder, row.jobName), { recursive: true })
        writeFileSync(join(folder, row.jobName, 'config.json'), '{}')
        store.putJob(row)
      },
    },
    async dispose() {
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
})

import { describeRunStore } from '../../../test/contract/store-suite.ts'
import { createMemoryStore } from './memory-store.ts'

describeRunStore('memory', async (heldJob) => {
  const store = createMemoryStore(async (jobName) => jobName === heldJob)
  return { store, dispose: async () => store.close() }
})

import { expect, it } from 'vitest'
import { createWorkerClient } from './worker-client.ts'

it('tells of a worker that broke, starts it again for the next question alone, and closes', async () => {
  // What cannot be enumerated is not sent: without its settings the worker ends as it starts.
  const settings = Object.defineProperty({ jobsDir: '/none', listRefreshMs: 0 }, 'jobsDir', { enumerable: false })
  const client = createWorkerClient(settings)
  client.send([{ kind: 'delete-job', jobName: 'a' }])
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await expect(client.ask({ kind: 'jobs' })).rejects.toMatchObject({ name: 'AppError', code: 'store-corrupt' })
    client.send([{ kind: 'delete-job', jobName: 'a' }])
  }
  await client.close()
  await client.close()
  await expect(client.ask({ kind: 'jobs' })).rejects.toMatchObject({ code: 'internal' })
})

import { expect, test } from 'vitest'
import { AppError } from '../../contract/errors.ts'
import { createJobProgress } from './job-progress.ts'
import type { Clock } from './ports.ts'

const clock: Clock = { timestamp: () => '2026-11-21T04:09:57.928041Z', monotonicMs: () => 0, sleep: async () => {} }
const start = { jobId: 'j', startedAt: '2026-11-21T04:09:57', totalTrials: 1, finished: [], retries: 0, metrics: [] }
const full = new AppError('storage-full', 'no space is left')

test('a state that could not be written counts no more once the last one is', async () => {
  const written: unknown[] = []
  let tries = 0
  const writeText = async (_path: string, text: string): Promise<void> => {
    tries += 1
    if (tries === 1) throw full
    written.push(JSON.parse(text))
  }
  const progress = createJobProgress(start, { writeText }, clock)
  progress.started('a')
  await progress.finish(true)
  expect(written).toHaveLength(1)
  expect(written[0]).not.toMatchObject({ finished_at: null })
})

test('the last state must be on disk', async () => {
  const writeText = async (): Promise<void> => Promise.reject(full)
  await expect(createJobProgress(start, { writeText }, clock).finish(true)).rejects.toBe(full)
})

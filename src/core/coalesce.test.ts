import { expect, test } from 'vitest'
import { createCoalescer } from './coalesce.ts'

test('answers requests made during a run by one more', async () => {
  let runs = 0
  const coalescer = createCoalescer(async () => {
    await Promise.resolve()
    runs += 1
    if (runs > 1) return
    coalescer.request()
    coalescer.request()
  })
  coalescer.request()
  await coalescer.settle()
  expect(runs).toBe(2)
})

test('of runs that fail the last one counts, and what was asked for meanwhile is done', async () => {
  const failures = [new Error('first'), null, new Error('last')]
  let runs = 0
  const coalescer = createCoalescer(async () => {
    await Promise.resolve()
    const failure = failures[runs]
    runs += 1
    if (runs === 1) coalescer.request()
    if (failure instanceof Error) throw failure
  })
  coalescer.request()
  await coalescer.settle()
  expect(runs).toBe(2)
  coalescer.request()
  await expect(coalescer.settle()).rejects.toBe(failures[2])
})

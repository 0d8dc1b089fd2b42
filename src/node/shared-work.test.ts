import { expect, test } from 'vitest'
import { createSharedWork } from './shared-work.ts'

const never = new AbortController().signal
const silent = (): void => undefined

/** Work that a test ends by hand. */
function manual() {
  const gate = Promise.withResolvers<string>()
  const runs: { report: (text: string) => void; signal: AbortSignal }[] = []
  const work = async (report: (text: string) => void, signal: AbortSignal): Promise<string> => {
    runs.push({ report, signal })
    signal.addEventListener('abort', () => gate.reject(new Error('given up')))
    return gate.promise
  }
  return { ...gate, runs, work }
}

test('runs once for all who want the same, and tells all', async () => {
  const shared = createSharedWork<string, string>()
  const { work, runs, resolve } = manual()
  const seen: string[][] = [[], []]
  const results = seen.map(async (texts) => shared.join('key', work, (text) => texts.push(text), never))
  runs[0]?.report('half')
  resolve('done')
  expect(await Promise.all(results)).toEqual(['done', 'done'])
  expect(seen).toEqual([['half'], ['half']])
  expect(runs).toHaveLength(1)
})

test('two who listen with one function are two', async () => {
  const shared = createSharedWork<string, string>()
  const { work, runs, resolve } = manual()
  const controller = new AbortController()
  const first = shared.join('key', work, silent, controller.signal)
  const second = shared.join('key', work, silent, never)
  controller.abort()
  await expect(first).rejects.toMatchObject({ code: 'cancelled' })
  expect(runs[0]?.signal.aborted).toBe(false)
  resolve('done')
  expect(await second).toBe('done')
})

test('ends when the last one gives up, and begins anew for who comes then', async () => {
  const shared = createSharedWork<string, string>()
  const [one, other] = [manual(), manual()]
  const controller = new AbortController()
  const first = shared.join('key', one.work, silent, controller.signal)
  controller.abort()
  await expect(first).rejects.toMatchObject({ code: 'cancelled' })
  expect(one.runs[0]?.signal.aborted).toBe(true)
  const second = shared.join('key', other.work, silent, never)
  other.resolve('anew')
  expect(await second).toBe('anew')
})

test('failures reach all, and the next one tries again', async () => {
  const shared = createSharedWork<string, string>()
  const failing = manual()
  const results = [1, 2].map(async () => shared.join('key', failing.work, silent, never))
  failing.reject(new Error('no network'))
  for (const result of results) await expect(result).rejects.toThrow('no network')
  const working = manual()
  const again = shared.join('key', working.work, silent, never)
  working.resolve('done')
  expect(await again).toBe('done')
})

test('does nothing for who has given up before', async () => {
  const { work, runs } = manual()
  const join = createSharedWork<string, string>().join('key', work, silent, AbortSignal.abort())
  await expect(join).rejects.toMatchObject({ code: 'cancelled' })
  expect(runs).toEqual([])
})

test('disposed of, it ends all work', async () => {
  const shared = createSharedWork<string, string>()
  const { work } = manual()
  const result = shared.join('key', work, silent, never)
  shared.dispose()
  await expect(result).rejects.toThrow('given up')
})

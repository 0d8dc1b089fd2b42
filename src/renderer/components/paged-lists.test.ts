import { expect, test, vi } from 'vitest'
import { createPagedLists, type LoadPage } from './paged-lists.ts'

function numbers(total: () => number): { readonly load: LoadPage<number>; readonly asked: number[] } {
  const asked: number[] = []
  return {
    asked,
    load: async (_key, offset, limit) => {
      asked.push(offset)
      const count = Math.max(0, Math.min(limit, total() - offset))
      return { total: total(), rows: Array.from({ length: count }, (_, index) => offset + index) }
    },
  }
}

test('only what is shown is loaded, and once', async () => {
  const { load, asked } = numbers(() => 100)
  const lists = createPagedLists(load, 10)
  lists.show('', 0, 5)
  lists.show('', 1, 6)
  await vi.waitFor(() => expect(lists.list('').total).toBe(100))
  lists.show('', 18, 22)
  await vi.waitFor(() => expect(lists.row('', 22)).toBe(22))
  expect(lists.row('', 18)).toBe(18)
  expect(lists.row('', 40)).toBeUndefined()
  expect(asked).toEqual([0, 10, 20])
})

test('a list that has changed between two pieces is not patched together', async () => {
  let total = 100
  const { load } = numbers(() => total)
  const lists = createPagedLists(load, 10)
  lists.show('', 0, 5)
  await vi.waitFor(() => expect(lists.list('').total).toBe(100))
  total = 101
  lists.show('', 8, 12)
  await vi.waitFor(() => expect(lists.list('').total).toBe(101))
  await vi.waitFor(() => expect(lists.loaded('')).toHaveLength(20))
})

test('while it is loaded again the old rows stay', async () => {
  const { load } = numbers(() => 3)
  const lists = createPagedLists(load, 10)
  lists.show('', 0, 2)
  await vi.waitFor(() => expect(lists.row('', 0)).toBe(0))
  lists.reload(async () => ({ total: 1, rows: [7] }))
  expect(lists.row('', 0)).toBe(0)
  await vi.waitFor(() => expect(lists.row('', 0)).toBe(7))
  expect(lists.list('').total).toBe(1)
})

test('a failure is told and the next try starts anew', async () => {
  let fails = true
  const lists = createPagedLists<number>(async () => {
    if (fails) throw new Error('gone')
    return { total: 1, rows: [1] }
  }, 10)
  lists.show('', 0, 0)
  await vi.waitFor(() => expect(lists.list('').error).toBeInstanceOf(Error))
  fails = false
  lists.reload()
  await vi.waitFor(() => expect(lists.row('', 0)).toBe(1))
  expect(lists.list('').error).toBeNull()
})

test('what failed in one way is asked again, and nothing else', async () => {
  const asked: string[] = []
  let fails = true
  const lists = createPagedLists<number>(async (key) => {
    asked.push(key)
    if (fails && key !== 'fine') throw new Error(key)
    return { total: 1, rows: [1] }
  }, 10)
  for (const key of ['lost', 'broken', 'fine']) lists.show(key, 0, 0)
  await vi.waitFor(() => expect(lists.row('fine', 0)).toBe(1))
  fails = false
  lists.askAgain((error) => error instanceof Error && error.message === 'lost')
  await vi.waitFor(() => expect(lists.row('lost', 0)).toBe(1))
  expect(lists.list('broken').error).toBeInstanceOf(Error)
  expect(asked).toEqual(['lost', 'broken', 'fine', 'lost'])
})

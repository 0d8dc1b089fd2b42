import { expect, test } from 'vitest'
import { addInOrder, addRates } from './use-groups.ts'

const rate = (resolved: number, total: number) => ({ resolved, total, judged: total, low: 0.1, high: 0.9 })

test('one rate keeps its interval; a sum has none', () => {
  expect(addRates([rate(1, 2)])).toEqual(rate(1, 2))
  expect(addRates([rate(1, 2), rate(3, 4)])).toEqual({ resolved: 4, total: 6, judged: 6, low: null, high: null })
})

test('what comes later stands at the end, by name; nothing new is the same list', () => {
  const known = addInOrder([], ['b', 'c'])
  expect(known).toEqual(['b', 'c'])
  expect(addInOrder(known, ['e', 'a', 'c'])).toEqual(['b', 'c', 'a', 'e'])
  expect(addInOrder(known, ['c'])).toBe(known)
})

import { expect, test } from 'vitest'
import { addRates } from './use-groups.ts'

const rate = (resolved: number, total: number) => ({ resolved, total, judged: total, low: 0.1, high: 0.9 })

test('one rate keeps its interval; a sum has none', () => {
  expect(addRates([rate(1, 2)])).toEqual(rate(1, 2))
  expect(addRates([rate(1, 2), rate(3, 4)])).toEqual({ resolved: 4, total: 6, judged: 6, low: null, high: null })
})

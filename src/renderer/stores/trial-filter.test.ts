import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromTrialFilter, toggleValue, toTrialFilter } from './trial-filter.ts'

const values = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 })

function throughAddress(filter: ReturnType<typeof toTrialFilter>): ReturnType<typeof toTrialFilter> {
  const query = Object.fromEntries(
    Object.entries(fromTrialFilter(filter)).flatMap(([key, text]) => (text === null ? [] : [[key, text]])),
  )
  return toTrialFilter(Object.fromEntries(new URLSearchParams(new URLSearchParams(query).toString())))
}

test('a filter comes back from an address as it was, whatever its values are', () => {
  fc.assert(
    fc.property(values, values, (tasks, models) => {
      expect(throughAddress({ tasks, models })).toEqual({ tasks, models })
    }),
  )
})

test('"no model" is a value of its own', () => {
  expect(throughAddress({ models: [''] })).toEqual({ models: [''] })
})

test('conditions that an address has no right to are left out, the others hold', () => {
  expect(toTrialFilter({ outcomes: 'success,nonsense', agents: 'oracle', view: 'trials' })).toEqual({
    agents: ['oracle'],
  })
})

test('turning a value on and off again gives the same filter', () => {
  const on = toggleValue({ agents: ['oracle'] }, 'outcomes', 'error')
  expect(on).toEqual({ agents: ['oracle'], outcomes: ['error'] })
  expect(toggleValue(on, 'outcomes', 'error')).toEqual({ agents: ['oracle'] })
})

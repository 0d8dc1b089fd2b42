import { expect, test } from 'vitest'
import { mergeConfigs } from './merge-config.ts'

test('a later file replaces values and goes into tables', () => {
  const merged = mergeConfigs([
    { n_attempts: 1, environment: { delete: false, kwargs: { a: 1, b: 1 } } },
    { n_attempts: 2, environment: { kwargs: { b: 2 } } },
  ])
  expect(merged).toEqual({ n_attempts: 2, environment: { delete: false, kwargs: { a: 1, b: 2 } } })
})

test('lists of things to run add up, and an empty list starts anew', () => {
  const one = { agents: [{ name: 'a' }], tasks: [{ path: 'x' }], retry: { include_exceptions: ['A'] } }
  const two = { agents: [{ name: 'b' }], tasks: [], retry: { include_exceptions: ['B'] } }
  expect(mergeConfigs([one, two])).toEqual({
    agents: [{ name: 'a' }, { name: 'b' }],
    tasks: [],
    retry: { include_exceptions: ['A', 'B'] },
  })
  expect(mergeConfigs([one, { tasks: [] }, { tasks: [{ path: 'y' }] }])['tasks']).toEqual([{ path: 'y' }])
})

test('other lists are replaced', () => {
  expect(mergeConfigs([{ artifacts: ['/a'] }, { artifacts: ['/b'] }])).toEqual({ artifacts: ['/b'] })
})

test('one way to name the environment takes the other away', () => {
  const layers = [{ environment: { type: 'docker', delete: false } }, { environment: { import_path: 'tbcc:sandbox' } }]
  expect(mergeConfigs(layers)).toEqual({ environment: { delete: false, import_path: 'tbcc:sandbox' } })
  expect(mergeConfigs(layers.toReversed())).toEqual({ environment: { type: 'docker', delete: false } })
})

import { expect, test } from 'vitest'
import { modelChoice } from './model-choice.ts'

const models = (current: string, ...ids: readonly string[]) => ({
  models: { currentModelId: current, availableModels: ids.map((modelId) => ({ modelId, name: modelId })) },
})
const options = (...list: readonly object[]) => ({
  configOptions: [
    { id: 'mode', options: [{ value: 'x' }] },
    { id: 'which', category: 'model', options: list },
  ],
})

test.each([
  ['nothing offered', {}, 'a/b', null],
  ['named as offered', models('x', 'a/b', 'b'), 'a/b', ['a/b', 'b']],
  ['without its provider', models('x', 'b'), 'a/b', ['b', 'a/b']],
  ['with the effort of the current one', models('gpt/high', 'b/low', 'b/high'), 'a/b', ['b/high', 'a/b', 'b']],
  ['the only one below its name', models('x', 'b/one'), 'b', ['b/one', 'b']],
  ['two below its name', models('x', 'b/one', 'b/two'), 'b', ['b']],
  ['a list that is empty', models('x'), 'a/b', ['a/b', 'b']],
  ['an option', options({ value: 'b' }), 'a/b', ['b']],
  ['an option in a group', options({ group: 'g', options: [{ value: 'c/b' }] }), 'a/b', ['c/b']],
  ['an option that is ambiguous', options({ value: 'c/b' }, { value: 'd/b' }), 'a/b', []],
  ['no such option', options({ value: 'z' }), 'a/b', []],
])('%s', (_, session, wanted, candidates) => {
  expect(modelChoice(session, wanted)?.candidates ?? null).toEqual(candidates)
})

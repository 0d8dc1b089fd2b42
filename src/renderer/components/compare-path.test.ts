// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { paths } from '../app/router.ts'
import { parseRef, parseSides, toComparePath } from './compare-path.ts'

const queryOf = (path: string): URLSearchParams => new URLSearchParams(path.split('?')[1])

test.each([
  [
    [
      { jobName: 'a', agent: null, model: null },
      { jobName: 'b', agent: 'oracle', model: null },
    ],
  ],
  [
    [
      { jobName: 'a,b|c%', agent: 'x|y', model: 'openai/gpt,5' },
      { jobName: 'c', agent: 'nop', model: '' },
    ],
  ],
])('sides come back from an address', (sides) => {
  expect(parseSides(queryOf(toComparePath(sides)).get('sides') ?? '')).toEqual(sides)
})

test('two trials come back from an address', () => {
  const a = { jobName: 'job 1,2', trialName: 'task__%abc' }
  const b = { jobName: 'job', trialName: 'task__2' }
  const query = queryOf(paths.compareTrials(a, b))
  expect(parseRef(query.get('a') ?? '')).toEqual(a)
  expect(parseRef(query.get('b') ?? '')).toEqual(b)
})

test('an address that names nothing gives nothing', () => {
  expect(parseSides('')).toEqual([])
  expect(parseSides(',|x,%')).toEqual([{ jobName: '%', agent: null, model: null }])
  expect(parseRef('job')).toBeNull()
  expect(parseRef(undefined)).toBeNull()
})

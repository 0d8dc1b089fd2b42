import { expect, test } from 'vitest'
import { alignSteps, samePrefix } from './align-steps.ts'

const steps = (text: string) => text.split('').map((summary) => ({ kind: 'command' as const, summary, isError: false }))
const draw = (a: string, b: string) =>
  alignSteps(steps(a), steps(b)).map(
    (pair) => `${pair.a?.summary ?? '.'}${pair.same ? '=' : '|'}${pair.b?.summary ?? '.'}`,
  )

test('what is the same is on one line, what differs side by side', () => {
  expect(draw('abxcd', 'abyzcd')).toEqual(['a=a', 'b=b', 'x|y', '.|z', 'c=c', 'd=d'])
})

test('a step that failed on one side alone is on one line, and different', () => {
  const failed = steps('ab').map((step) => ({ ...step, isError: step.summary === 'b' }))
  expect(alignSteps(steps('ab'), failed).map(({ a, b, same }) => [a?.summary, b?.summary, same])).toEqual([
    ['a', 'a', true],
    ['b', 'b', false],
  ])
})

test('one side alone', () => {
  expect(draw('', 'ab')).toEqual(['.|a', '.|b'])
  expect(draw('ab', '')).toEqual(['a|.', 'b|.'])
  expect(draw('', '')).toEqual([])
})

test('nothing is lost or doubled', () => {
  const pairs = alignSteps(steps('qwertyabcqwe'), steps('wyacqqe'))
  expect(pairs.flatMap(({ a }) => a?.summary ?? []).join('')).toBe('qwertyabcqwe')
  expect(pairs.flatMap(({ b }) => b?.summary ?? []).join('')).toBe('wyacqqe')
  expect(
    pairs
      .filter(({ same }) => same)
      .map(({ a }) => a?.summary)
      .join(''),
  ).toBe('wyace'.replace('e', 'qe'))
})

test('very long trials are paired by position', () => {
  const long = Array.from({ length: 3000 }, (_, index) => ({
    kind: 'tool' as const,
    summary: String(index),
    isError: false,
  }))
  const pairs = alignSteps(long, [...long.slice(0, 10), ...steps('x'), ...long.slice(11)])
  expect(pairs.filter(({ same }) => !same)).toHaveLength(1)
  expect(pairs).toHaveLength(3000)
})

test('the same prefix ends at the first difference', () => {
  expect(samePrefix(steps('abcx'), steps('abyx'))).toBe(2)
  expect(samePrefix(steps('ab'), steps('abc'))).toBe(2)
  expect(samePrefix([{ kind: 'tool', summary: 'a', isError: false }], steps('a'))).toBe(0)
})

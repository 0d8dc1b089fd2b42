import { expect, it } from 'vitest'
import { createExclusion } from './exclude.ts'

const isExcluded = (patterns: readonly string[], path: string): boolean => createExclusion(patterns)(path.split('/'))

it('matches from any part of the path on, and all that is below', () => {
  expect(isExcluded(['cache'], 'a/cache/b')).toBe(true)
  expect(isExcluded(['cache'], 'a/cache2')).toBe(false)
  expect(isExcluded(['a/b'], 'x/a/b/c')).toBe(true)
  expect(isExcluded(['./a'], 'a')).toBe(true)
  expect(isExcluded(['./a'], 'x/a')).toBe(false)
  expect(isExcluded([], 'a')).toBe(false)
})

it('lets * and ? match slashes too, and knows lists and escapes', () => {
  expect(isExcluded(['a*z'], 'a/b/z')).toBe(true)
  expect(isExcluded(['a?b'], 'a/b')).toBe(true)
  expect(isExcluded(['[ab].txt'], 'b.txt')).toBe(true)
  expect(isExcluded(['[!ab].txt'], 'b.txt')).toBe(false)
  expect(isExcluded(['[^ab].txt'], 'c.txt')).toBe(true)
  expect(isExcluded(['[]x]'], ']')).toBe(true)
  expect(isExcluded([String.raw`\*`], '*')).toBe(true)
  expect(isExcluded([String.raw`\*`], 'a')).toBe(false)
  expect(isExcluded(['[open'], '[open')).toBe(true)
  expect(isExcluded(['a.c'], 'abc')).toBe(false)
  expect(isExcluded([String.raw`[a-c\]`], String.raw`\ `.trim())).toBe(true)
})

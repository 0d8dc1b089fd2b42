import { describe, expect, test } from 'vitest'
import { createIgnore } from './gitignore.ts'

/** Paths that the lines leave out. */
function ignored(lines: string, paths: readonly string[]): string[] {
  const isIgnored = createIgnore(lines)
  return paths.filter(isIgnored)
}

const PATHS = ['foo', 'foo/a', 'a/foo', 'a/foo/b', 'foo.txt', 'a/b', 'a/x/b', 'a/b/c', 'é', 'x y']

describe('patterns', () => {
  test.each([
    ['foo', ['foo', 'foo/a', 'a/foo', 'a/foo/b']],
    ['/foo', ['foo', 'foo/a']],
    ['foo/', ['foo/a', 'a/foo/b']],
    ['foo/*', ['foo/a']],
    ['a/*', ['a/foo', 'a/b']],
    ['a/**', ['a/foo', 'a/foo/b', 'a/b', 'a/x/b', 'a/b/c']],
    ['a/b', ['a/b', 'a/b/c']],
    ['a/**/b', ['a/foo/b', 'a/b', 'a/x/b', 'a/b/c']],
    ['**/b', ['a/foo/b', 'a/b', 'a/x/b', 'a/b/c']],
    ['*.txt', ['foo.txt']],
    ['fo?', ['foo', 'foo/a', 'a/foo', 'a/foo/b']],
    ['[e-g]oo', ['foo', 'foo/a', 'a/foo', 'a/foo/b']],
    ['[!f]oo', []],
    ['?', ['a/foo', 'a/foo/b', 'foo/a', 'a/b', 'a/x/b', 'a/b/c', 'é']],
    ['*', PATHS],
    ['/', PATHS],
    ['*/', ['foo/a', 'a/foo', 'a/foo/b', 'a/b', 'a/x/b', 'a/b/c']],
    ['/*', ['foo', 'foo.txt', 'é', 'x y']],
    ['x\\ y', ['x y']],
    ['a//b', []],
    ['#foo', []],
    ['foo\\', []],
    ['[z-a]', []],
    ['', []],
    ['!', []],
  ])('%j', (pattern, paths) => expect(ignored(pattern, PATHS).toSorted()).toEqual([...paths].toSorted()))

  test('brackets and escapes', () => {
    expect(ignored('\\#h\n\\!n\n[]-]x\n[[]y\nopen[', ['#h', '!n', ']x', '-x', '[y', 'open['])).toHaveLength(6)
  })
})

describe('lines', () => {
  test('the last one that matches decides, also below an ignored folder', () => {
    expect(ignored('foo/\n!foo/a', ['foo/a', 'foo/b'])).toEqual(['foo/b'])
    expect(ignored('!foo/a\nfoo/', ['foo/a', 'foo/b'])).toEqual(['foo/a', 'foo/b'])
  })

  test('trailing space is dropped unless it is escaped; any line end ends a line', () => {
    expect(ignored('foo  \r\nbar\\ ', ['foo', 'bar', 'bar '])).toEqual(['foo', 'bar '])
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDockerignore } from './dockerignore.ts'

test.each([
  ['*.log', ['a.log'], ['sub/a.log', 'a.logs']],
  ['**/*.log', ['a.log', 'sub/deep/a.log'], ['alog']],
  ['*/temp*', ['sub/temporary.txt', 'sub/temp/x'], ['temp', 'a/b/temp']],
  ['temp?', ['tempa', 'tempa/x'], ['temp', 'tempab']],
  ['build', ['build', 'build/a/b'], ['sub/build', 'builder']],
  ['/build/', ['build', 'build/a'], ['sub/build']],
  ['./a/../b', ['b'], ['a']],
  ['**', ['a', 'a/b'], []],
  ['a/**', ['a/b', 'a/b/c'], ['b']],
  ['a/**/z', ['a/z', 'a/b/c/z'], ['z']],
  ['[a-c]x', ['ax', 'cx'], ['dx']],
  ['[^a]x', ['bx'], ['ax']],
  ['a\\*b', ['a*b'], ['axb']],
  ['a.b+(c)', ['a.b+(c)'], ['aXb+(c)']],
  [' spaced ', ['spaced'], []],
  ['# no pattern\n\n.', [], ['a', '# no pattern']],
  ['[', [], ['[', 'a']],
])('%j', (text, excluded, sent) => {
  const rules = parseDockerignore(text)
  expect(excluded.filter((path) => !rules.excludes(path))).toEqual([])
  expect(sent.filter((path) => rules.excludes(path))).toEqual([])
})

test('the last line that matches decides', () => {
  const rules = parseDockerignore('*\n!keep\n!sub/*.md\nsub/README.md\n')
  expect(['a', 'sub', 'sub/x', 'sub/README.md'].every((path) => rules.excludes(path))).toBe(true)
  expect(['keep', 'keep/below', 'sub/b.md'].some((path) => rules.excludes(path))).toBe(false)
  expect(rules.hasExceptions).toBe(true)
  expect(parseDockerignore('*\n').hasExceptions).toBe(false)
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('*', '?', '[', ']', '\\', '!', '/', '.', 'a', '^', '-', '\n', '(', '+') }),
      fc.string(),
      (text, path) => {
        expect(typeof parseDockerignore(text).excludes(path)).toBe('boolean')
      },
    ),
  )
})

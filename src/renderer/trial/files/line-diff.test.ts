import fc from 'fast-check'
import { expect, it } from 'vitest'
import { diffLines } from './line-diff.ts'

const side = (lines: ReturnType<typeof diffLines>, other: 'added' | 'removed'): string =>
  (lines ?? [])
    .filter(({ kind }) => kind !== other)
    .map(({ text }) => `${text}\n`)
    .join('')

it('finds the fewest changes', () => {
  expect(diffLines('a\nb\nc\n', 'a\nx\nc\nd\n')).toEqual([
    { kind: 'same', text: 'a' },
    { kind: 'removed', text: 'b' },
    { kind: 'added', text: 'x' },
    { kind: 'same', text: 'c' },
    { kind: 'added', text: 'd' },
  ])
  expect(diffLines('', '')).toEqual([])
  expect(diffLines('a\n', 'a\n')).toEqual([{ kind: 'same', text: 'a' }])
})

it('has both sides whole in it', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 20 })
    .map((lines) => lines.map((l) => `${l}\n`).join(''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after)
      expect(side(lines, 'added')).toBe(before)
      expect(side(lines, 'removed')).toBe(after)
    }),
  )
})

it('gives up on what is too long or too different', () => {
  expect(diffLines('a\n'.repeat(5000), 'a\n')).toBeNull()
  expect(
    diffLines(
      Array.from({ length: 3000 }, (_, i) => `a${i}\n`).join(''),
      Array.from({ length: 3000 }, (_, i) => `b${i}\n`).join(''),
    ),
  ).toBeNull()
})

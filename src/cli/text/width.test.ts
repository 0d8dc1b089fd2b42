import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutToWidth, displayWidth, padEnd, padStart } from './width.ts'

test('wide characters take two columns, combining ones none', () => {
  expect(['abc', '日本', '👩‍👩‍👧', 'é', ''].map(displayWidth)).toEqual([3, 4, 2, 1, 0])
})

test('what is cut says so and never ends in half a character', () => {
  expect(cutToWidth('日本語', 6)).toBe('日本語')
  expect(cutToWidth('日本語', 5)).toBe('日本…')
  expect(cutToWidth('日本語', 4)).toBe('日…')
  expect(cutToWidth('abc', 0)).toBe('')
})

test('no text is wider than what it was cut or padded to', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, columns) => {
      const cut = cutToWidth(text, columns)
      expect(displayWidth(cut)).toBeLessThanOrEqual(columns)
      expect(displayWidth(padEnd(cut, columns))).toBe(columns)
      expect(displayWidth(padStart(cut, columns))).toBe(columns)
    }),
  )
})

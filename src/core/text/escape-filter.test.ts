import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEscapeFilter } from './escape-filter.ts'
import { plainLine, plainText } from './plain.ts'

const coloured = (text: string): string => createEscapeFilter({ colours: true }).push(text)

describe('with colours', () => {
  test.each([
    ['colours stay', '\x1b[31mred\x1b[0m', '\x1b[31mred\x1b[0m'],
    ['true colours stay', '\x1b[38;2;1;2;3mx\x1b[38:5:9my', '\x1b[38;2;1;2;3mx\x1b[38:5:9my'],
    ['the cursor does not move', 'a\x1b[2Ab\x1b[10;10Hc', 'abc'],
    ['nothing is erased', 'a\x1b[2Jb\x1b[Kc', 'abc'],
    ['the window keeps its title', 'a\x1b]0;evil\x07b', 'ab'],
    ['nothing gets into the clipboard', 'a\x1b]52;c;ZXZpbA==\x1b\\b', 'ab'],
    ['no link hides its target', '\x1b]8;;http://evil\x1b\\here\x1b]8;;\x1b\\', 'here'],
    ['device control strings go', 'a\x1bPq#0;2\x1b\\b', 'ab'],
    ['eight-bit sequences too', 'a\x9b2Jb\x9d0;evil\x9cc', 'abc'],
    ['private parameters make no colour', 'a\x1b[?25lb\x1b[>4;2mc', 'abc'],
    ['endless parameters make no colour', `a\x1b[${'1;'.repeat(100)}mb`, 'ab'],
    ['a reset of the terminal goes', 'a\x1bcb', 'ab'],
    ['character sets stay', 'a\x1b(0b', 'ab'],
    ['text is not turned around', 'a\u202eb\u2066c', 'abc'],
    ['backspaces hide nothing', 'secret\b\b\b\b\b\bpublic', 'secretpublic'],
    ['a lone return hides nothing', 'secret\rpublic\r\nnext', 'secret\npublic\nnext'],
    ['an endless string ends with its line', 'a\x1b]0;never ended\nb', 'a\nb'],
    ['other scripts are text', 'naïve 日本語 😀\ttab', 'naïve 日本語 😀\ttab'],
  ])('%s', (_name, text, expected) => {
    expect(coloured(text)).toBe(expected)
  })
})

const hostile = fc.array(
  fc.oneof(
    fc.constantFrom('\x1b', '[', ']', 'm', '0;1', '\x07', '\\', '\x9b', '\r', '\n', 'A', ' ', '?', '\x90', '\u202e'),
    fc.string({ unit: 'binary', maxLength: 4 }),
  ),
)

test('whatever comes in, nothing but text and colours comes out', () => {
  fc.assert(
    fc.property(hostile, (pieces) => {
      const clean = coloured(pieces.join(''))
      const rest = clean
        .split('\x1b')
        .map((part, index) => (index === 0 ? part : part.replace(/^\[[0-9;:]*m/, '')))
        .join('')
      expect(rest).not.toMatch(/(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
      expect(plainText(pieces.join(''))).not.toMatch(/(?![\t\n])\p{Cc}/u)
    }),
  )
})

test('how the text is cut into pieces makes no difference', () => {
  fc.assert(
    fc.property(hostile, (pieces) => {
      const filter = createEscapeFilter({ colours: true })
      expect(pieces.map((piece) => filter.push(piece)).join('')).toBe(coloured(pieces.join('')))
    }),
  )
})

test('a line is one line', () => {
  expect(plainLine(' a\n\tb\x1b[31m c\r\nd ')).toBe('a b c d')
})

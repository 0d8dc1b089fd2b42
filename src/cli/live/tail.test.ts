import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createOutputTail } from './tail.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('the last line with something in it, made harmless', () => {
  const tail = createOutputTail()
  expect(tail.lastLine()).toBe('')
  tail.push(bytes('first\n\x1b[31msec'))
  expect(tail.lastLine()).toBe('sec')
  tail.push(bytes('ond\x1b[2J\n\n  \n'))
  expect(tail.lastLine()).toBe('second')
  tail.push(bytes('10%\r20%\r'))
  expect(tail.lastLine()).toBe('20%')
})

test('a character that arrives in two pieces is whole', () => {
  const tail = createOutputTail()
  const [first, rest] = [bytes('日').subarray(0, 1), bytes('日').subarray(1)]
  tail.push(first)
  tail.push(rest)
  expect(tail.lastLine()).toBe('日')
})

test('however output is cut, the line is the same', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 800 }), { maxLength: 8 }), (pieces) => {
      const [one, whole] = [createOutputTail(), createOutputTail()]
      for (const piece of pieces) one.push(bytes(piece))
      whole.push(bytes(pieces.join('')))
      expect(one.lastLine()).toBe(whole.lastLine())
    }),
  )
})

test('what it was given may change afterwards', () => {
  const tail = createOutputTail()
  const large = bytes('x'.repeat(5000))
  tail.push(large)
  large.fill(0)
  expect(tail.lastLine()).toMatch(/^x+$/)
})

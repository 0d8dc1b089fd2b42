import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createByteRing } from './byte-ring.ts'
import { wholeCharacters } from './whole-characters.ts'

test('a ring holds the last bytes under their positions', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.uint8Array({ maxLength: 50 })),
      fc.nat(200),
      fc.nat(30),
      (capacity, pushes, from, limit) => {
        const ring = createByteRing(capacity)
        for (const data of pushes) ring.push(data)
        const all = Buffer.concat(pushes)
        expect([ring.start, ring.end]).toEqual([Math.max(0, all.length - capacity), all.length])
        const got = ring.read(from, limit)
        const at = Math.min(Math.max(from, ring.start), ring.end)
        expect(got.from).toBe(at)
        expect(Buffer.from(got.data).toString('hex')).toBe(
          all.subarray(at, Math.min(at + limit, all.length)).toString('hex'),
        )
      },
    ),
  )
})

test('text that is cut anywhere comes out whole', () => {
  const text = 'aü€😀b'.repeat(20)
  const bytes = new TextEncoder().encode(text)
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 60 }), (size) => {
      let at = 0
      let out = ''
      while (at < bytes.length) {
        const data = bytes.subarray(at, at + size)
        const { from, to } = wholeCharacters(data, { first: true, last: at + data.length === bytes.length })
        expect(from).toBe(0)
        out += new TextDecoder().decode(data.subarray(from, to))
        at += to
      }
      expect(out).toBe(text)
    }),
  )
})

test('a start in the middle of a character is moved to the next one', () => {
  const bytes = new TextEncoder().encode('😀x')
  for (const skip of [1, 2, 3]) {
    const data = bytes.subarray(skip)
    const { from, to } = wholeCharacters(data, { first: false, last: false })
    expect(new TextDecoder().decode(data.subarray(from, to))).toBe('x')
  }
})

test('bytes that are no text are neither held for ever nor lost', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 40 }), (data) => {
      const { from, to } = wholeCharacters(data, { first: true, last: false })
      expect(from).toBe(0)
      expect(data.length - to).toBeLessThan(4)
      expect(wholeCharacters(data, { first: true, last: true }).to).toBe(data.length)
    }),
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLastBytes } from './last-bytes.ts'

test('keeps the last bytes, however they come, and no half of a character', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ü', '€', '🔧'), maxLength: 200 })
  fc.assert(
    fc.property(text, fc.nat(60), fc.integer({ min: 1, max: 20 }), (whole, limit, size) => {
      const bytes = new TextEncoder().encode(whole)
      const last = createLastBytes(limit)
      for (let at = 0; at < bytes.length; at += size) last.push(bytes.subarray(at, at + size))
      const kept = last.text()
      expect(whole.endsWith(kept)).toBe(true)
      expect(kept).not.toContain('\ufffd')
      const length = new TextEncoder().encode(kept).length
      expect(length).toBeLessThanOrEqual(limit)
      expect(length).toBeGreaterThanOrEqual(Math.min(bytes.length, limit) - 3)
      expect(last.truncated).toBe(bytes.length > limit)
    }),
  )
})

test('a stream without an end is held in little memory', () => {
  const last = createLastBytes(1000)
  const block = new Uint8Array(10_000).fill(0x78)
  for (let i = 0; i < 10_000; i += 1) last.push(block)
  expect(last.text()).toBe('x'.repeat(1000))
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createScrubber } from './scrub.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

function scrubInChunks(secrets: readonly string[], bytes: Uint8Array, cuts: readonly number[]): string {
  const stream = createScrubber(secrets).bytes()
  const places = [0, ...[...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const chunks = places.slice(1).map((end, index) => bytes.slice(places[index], end))
  return Buffer.concat([...chunks.map((chunk) => stream.push(chunk)), stream.end()]).toString()
}

it('gives the same for any cut of the stream as for the whole text', () => {
  const secret = fc.string({ minLength: 8, maxLength: 12, unit: fc.constantFrom('a', 'b', 'ä', '"') })
  const piece = fc.string({ maxLength: 10, unit: fc.constantFrom('a', 'b', 'ä', '"', '\\', '\n') })
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 4 }),
      fc.array(piece, { maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      (secrets, pieces, cuts) => {
        // Secrets, beginnings of secrets and other text in a row.
        const text = pieces
          .map((other, index) => other + (secrets[index % secrets.length] ?? '').slice(0, 4 + (index % 9)))
          .join('')
        expect(scrubInChunks(secrets, encode(text), cuts)).toBe(createScrubber(secrets).text(text))
      },
    ),
    { numRuns: 2000 },
  )
})

it('holds back no more than the start of a secret', () => {
  const stream = createScrubber(['sk-0123456789']).bytes()
  expect(Buffer.from(stream.push(encode('plain'))).toString()).toBe('plain')
  expect(Buffer.from(stream.push(encode('then sk-0123'))).toString()).toBe('then ')
  expect(Buffer.from(stream.push(encode('x'))).toString()).toBe('sk-0123x')
  expect(Buffer.from(stream.push(encode('sk-0123'))).toString()).toBe('')
  expect(Buffer.from(stream.push(encode('456789'))).toString()).toBe('[REDACTED]')
  expect(stream.replaced).toBe(1)
})

it('waits for the longer of two secrets that begin alike', () => {
  const stream = createScrubber(['12345678', '12345678-longer']).bytes()
  expect(Buffer.from(stream.push(encode('12345678'))).toString()).toBe('')
  expect(Buffer.from(stream.push(encode('-long!'))).toString()).toBe('[REDACTED]-long!')
  stream.push(encode('12345678'))
  expect(Buffer.from(stream.end()).toString()).toBe('[REDACTED]')
})

it('passes the very chunk on where there are no secrets', () => {
  const chunk = encode('anything')
  expect(createScrubber([]).bytes().push(chunk)).toBe(chunk)
})

it('replaces in bytes that are no text', () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0x00, 0xfe]), encode('sk-0123456789'), Buffer.from([0xff])])
  const stream = createScrubber(['sk-0123456789']).bytes()
  const scrubbed = Buffer.concat([stream.push(bytes), stream.end()])
  expect(scrubbed).toEqual(Buffer.concat([Buffer.from([0xff, 0x00, 0xfe]), encode('[REDACTED]'), Buffer.from([0xff])]))
})

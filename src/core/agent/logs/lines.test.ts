import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLineSplitter } from './lines.ts'

describe('createLineSplitter', () => {
  it('splits at LF only, keeps empty lines, and a last one without LF', () => {
    const text = 'a\u2028b\r\n\n\u0085c\vd\nlast'
    expect(split([new TextEncoder().encode(text)]).lines).toEqual(['a\u2028b\r', '', '\u0085c\vd', 'last'])
    expect(split([new TextEncoder().encode('a\n')]).lines).toEqual(['a'])
    expect(split([]).lines).toEqual([])
  })

  it('reads characters that are cut in two, and bytes that are no text', () => {
    expect(split([Uint8Array.of(0x61, 0xc3), Uint8Array.of(0xa9, 0x0a, 0xff, 0x62)]).lines).toEqual(['aé', '\uFFFDb'])
  })

  it('drops lines that are too long, counts them, and reads on', () => {
    const text = new TextEncoder().encode('12345\n123456\n\n1234567890\n12')
    expect(split(cut(text, [3, 8, 14]), 5)).toEqual({ lines: ['12345', '', '12'], dropped: 2 })
  })

  it('keeps nothing of the chunks it is given', () => {
    const chunk = new TextEncoder().encode('ab')
    const lines: string[] = []
    const splitter = createLineSplitter((line) => lines.push(line))
    splitter.push(chunk)
    chunk.fill(0x7a)
    splitter.push(new TextEncoder().encode('\n'))
    expect(lines).toEqual(['ab'])
  })

  it('gives the same lines for any split of any bytes', () => {
    const byte = fc.oneof(fc.constant(0x0a), fc.constantFrom(0xc3, 0xa9, 0xe2, 0x80, 0xa8, 0xf0), fc.nat(255))
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 80 }), fc.array(fc.nat(80)), fc.nat(12), (bytes, cuts, maxLineBytes) => {
        const whole = Uint8Array.from(bytes)
        const result = split(cut(whole, cuts), maxLineBytes)
        expect(result).toEqual(expected(whole, maxLineBytes))
      }),
    )
  })
})

function split(
  chunks: readonly Uint8Array[],
  maxLineBytes?: number,
): { readonly lines: readonly string[]; readonly dropped: number } {
  const lines: string[] = []
  const splitter = createLineSplitter((line) => lines.push(line), maxLineBytes === undefined ? {} : { maxLineBytes })
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
  return { lines, dropped: splitter.dropped }
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.filter((place) => place <= bytes.length), bytes.length].toSorted((a, b) => a - b)
  return places.slice(1).map((to, index) => bytes.slice(places[index], to))
}

/** The same, said plainly: all bytes at once. */
function expected(bytes: Uint8Array, maxLineBytes: number): { lines: string[]; dropped: number } {
  const ends = [...bytes.keys()].filter((index) => bytes[index] === 0x0a)
  const starts = [0, ...ends.map((end) => end + 1)]
  const parts = starts.map((start, index) => bytes.slice(start, ends[index] ?? bytes.length))
  if (parts.at(-1)?.length === 0) parts.pop()
  const kept = parts.filter((part) => part.length <= maxLineBytes)
  return { lines: kept.map((part) => new TextDecoder().decode(part)), dropped: parts.length - kept.length }
}

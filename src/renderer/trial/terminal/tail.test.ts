import { expect, it } from 'vitest'
import type { OutputPiece } from '../../../contract/api/trials.ts'
import { createTail, FLOOD_CHARS, MAX_CHARS } from './tail.ts'

function createParts() {
  const written: string[] = []
  const shown: (readonly [number, number])[] = []
  let frames = 0
  const tail = createTail(
    { reset: () => {}, write: async (text) => void written.push(text) },
    async () => void (frames += 1),
    (to, skipped) => shown.push([to, skipped]),
  )
  return { tail, written, shown, frames: () => frames }
}

const piece = (from: number, text: string): OutputPiece => ({ from, to: from + text.length, text })

it('writes what comes together at once, and waits for a frame', async () => {
  const { tail, written, shown, frames } = createParts()
  await tail.take([piece(100, 'a\n'), piece(102, 'b\n')])
  await tail.take([piece(104, 'c\n')])
  expect(written).toEqual(['a\nb\n', 'c\n'])
  expect(shown).toEqual([
    [104, 0],
    [106, 0],
  ])
  expect(frames()).toBe(2)
})

it('leaves out a frame after very much', async () => {
  const { tail, frames } = createParts()
  await tail.take([piece(0, 'x'.repeat(FLOOD_CHARS))])
  expect(frames()).toBe(1)
  await tail.take([piece(FLOOD_CHARS, 'x'.repeat(FLOOD_CHARS + 1))])
  expect(frames()).toBe(3)
})

it('shows only the last of what is printed too fast, from a whole line on', async () => {
  const { tail, written, shown } = createParts()
  const line = `${'x'.repeat(99)}\n`
  await tail.take([piece(0, line)])
  await tail.take([piece(100, line.repeat(5000)), piece(500_100, line)])
  const text = written[1] ?? ''
  expect(text.length).toBeLessThanOrEqual(MAX_CHARS + 4)
  expect(text.startsWith(`\u001b[0m${line}`)).toBe(true)
  expect(shown[1]?.[0]).toBe(500_200)
  expect(100 + (shown[1]?.[1] ?? 0) + text.length - 4).toBe(500_200)
})

it('counts what the sender left out', async () => {
  const { tail, written, shown } = createParts()
  await tail.take([piece(0, 'a\n')])
  await tail.take([piece(2, 'late\n'), piece(1000, 'b\n')])
  expect(written).toEqual(['a\n', '\u001b[0mb\n'])
  expect(shown[1]).toEqual([1002, 998])
})

it('tells how far it wrote before that is drawn: who goes on elsewhere would draw it once more', async () => {
  const drawn = Promise.withResolvers<void>()
  const shown: number[] = []
  const screen = { reset: () => {}, write: async () => drawn.promise }
  const tail = createTail(
    screen,
    async () => {},
    (to) => shown.push(to),
  )
  const taken = tail.take([piece(100, 'a\n')])
  expect(shown).toEqual([102])
  drawn.resolve()
  await taken
  expect(shown).toEqual([102])
})

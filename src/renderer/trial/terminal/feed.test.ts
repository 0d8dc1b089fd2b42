import { expect, it } from 'vitest'
import { createReplayFeed, WINDOW_BYTES } from './feed.ts'

/** A log of lines of 16 bytes, a screen that remembers what it got, and everything that was read. */
function createParts(size: number, begunAt: number | null = null) {
  const reads: { readonly from: number; readonly limit: number }[] = []
  let text = ''
  let resets = 0
  const errors: unknown[] = []
  const line = (at: number): string => `${String(at).padStart(15, '0')}\n`
  const read = async (from: number, limit: number) => {
    reads.push({ from, limit })
    const to = Math.min(size, from + limit)
    const first = Math.floor(from / 16)
    const whole = Array.from({ length: Math.ceil(to / 16) - first }, (_, index) => line(first + index)).join('')
    return { from, to, text: whole.slice(from - first * 16, to - first * 16) }
  }
  const screen = {
    reset() {
      text = ''
      resets += 1
    },
    async write(piece: string) {
      text += piece
    },
  }
  const feed = createReplayFeed(screen, read, (error) => errors.push(error), begunAt)
  return { feed, reads, errors, text: () => text, resets: () => resets }
}

it('feeds only the last of a long log before a position', async () => {
  const { feed, reads, text, resets } = createParts(1024 ** 3)
  feed.show(900_000_000)
  await feed.settled()
  expect(reads).toEqual([{ from: 900_000_000 - WINDOW_BYTES, limit: WINDOW_BYTES }])
  expect(resets()).toBe(1)
  expect(text()).toHaveLength(WINDOW_BYTES - 16)
  expect(text().startsWith('0')).toBe(true)
})

it('writes on for small steps forward, and begins anew for steps back', async () => {
  const { feed, reads, text, resets } = createParts(10_000)
  feed.show(160)
  await feed.settled()
  feed.show(320)
  await feed.settled()
  expect(resets()).toBe(1)
  expect(text()).toHaveLength(320)
  expect(reads.at(-1)).toEqual({ from: 160, limit: 160 })
  feed.show(32)
  await feed.settled()
  expect(resets()).toBe(2)
  expect(text()).toBe('000000000000000\n000000000000001\n')
  feed.show(0)
  await feed.settled()
  expect(text()).toBe('')
})

it('begins anew far ahead, instead of feeding all between', async () => {
  const { feed, reads, resets } = createParts(1024 ** 3)
  feed.show(160)
  await feed.settled()
  feed.show(500_000_000)
  await feed.settled()
  expect(resets()).toBe(2)
  expect(reads.slice(1)).toEqual([{ from: 500_000_000 - WINDOW_BYTES, limit: WINDOW_BYTES }])
})

it('follows the newest wish only', async () => {
  const { feed, reads, text } = createParts(100_000_000)
  feed.show(1_000_000)
  for (let at = 2; at <= 50; at += 1) feed.show(at * 1_000_000)
  feed.show(48)
  await feed.settled()
  expect(text()).toHaveLength(48)
  expect(reads.length).toBeLessThan(4)
})

it('does not wait for a position that cannot be reached', async () => {
  const { feed, text } = createParts(40)
  feed.show(1000)
  await feed.settled()
  expect(text()).toHaveLength(40)
  feed.show(1000)
  await feed.settled()
})

it('tells of a log that cannot be read, and tries again at the next wish', async () => {
  const errors: unknown[] = []
  let broken = true
  let text = ''
  const feed = createReplayFeed(
    { reset: () => (text = ''), write: async (piece) => void (text += piece) },
    async (from, limit) => {
      if (broken) throw new Error('gone')
      return { from, to: from + limit, text: 'x'.repeat(limit) }
    },
    (error) => errors.push(error),
  )
  feed.show(5)
  await feed.settled()
  expect(errors).toHaveLength(1)
  broken = false
  feed.show(7)
  await feed.settled()
  expect(text).toBe('xxxxxxx')
})

it('leaves what stands in the screen already', async () => {
  const { feed, reads, resets } = createParts(10_000, 320)
  feed.show(320)
  await feed.settled()
  expect(reads).toEqual([])
  feed.show(336)
  await feed.settled()
  expect(resets()).toBe(0)
  expect(reads).toEqual([{ from: 320, limit: 16 }])
})

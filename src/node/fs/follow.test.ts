import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { stampEvent, toEventLine } from '../../core/job/event-line.ts'
import { followEvents, readEvents } from './follow.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-follow-'))
  path = join(folder, 'tbcc.events.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const line = (seq: number, text = 'x'): string =>
  `${toEventLine(stampEvent(seq, '2026-11-21T04:09:57.928041Z', { type: 'message.received', turn: seq, source: 'agent', text, reasoning: null }))}\n`
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index)).join('')

/** Follows until this many events came. */
async function follow(afterSeq: number, count: number, onEvent: (seq: number) => void = () => {}): Promise<number[]> {
  const seqs: number[] = []
  for await (const { seq } of followEvents(path, afterSeq, new AbortController().signal)) {
    seqs.push(seq)
    onEvent(seq)
    if (seqs.length === count) break
  }
  return seqs
}

it('replays from a seq on', async () => {
  writeFileSync(path, lines(1, 500))
  expect(await follow(0, 500)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1))
  for (const after of [1, 2, 249, 250, 497]) expect(await follow(after, 3)).toEqual([after + 1, after + 2, after + 3])
})

it('reads to where the file ends now', async () => {
  const read = async (afterSeq: number): Promise<number[]> => {
    const seqs: number[] = []
    for await (const { seq } of readEvents(path, afterSeq)) seqs.push(seq)
    return seqs
  }
  expect(await read(0)).toEqual([])
  writeFileSync(path, `${lines(1, 3)}{"v":1,"seq":4,`)
  expect(await read(0)).toEqual([1, 2, 3])
  expect(await read(2)).toEqual([3])
  expect(await read(3)).toEqual([])
})

it('waits for the file, then follows what is appended, half a line at a time', async () => {
  const whole = lines(1, 4)
  const middle = whole.length - 30
  const seqs = follow(0, 4, (seq) => {
    if (seq === 3) appendFileSync(path, whole.slice(middle))
  })
  writeFileSync(path, whole.slice(0, middle))
  expect(await seqs).toEqual([1, 2, 3, 4])
})

it('takes what is written in the place of half a line that a crash took back', async () => {
  writeFileSync(path, lines(1, 2) + line(3).slice(0, 60))
  const texts: string[] = []
  for await (const event of followEvents(path, 0, new AbortController().signal)) {
    if (event.type === 'message.received') texts.push(event.text)
    if (event.seq === 2) {
      truncateSync(path, lines(1, 2).length)
      appendFileSync(path, line(3, 'again'))
    }
    if (event.seq === 3) break
  }
  expect(texts).toEqual(['x', 'x', 'again'])
})

it('passes over what it knows when the file is replaced or cut', async () => {
  writeFileSync(path, lines(1, 3))
  const seqs = await follow(0, 6, (seq) => {
    if (seq === 3) {
      writeFileSync(`${path}.new`, lines(1, 5))
      renameSync(`${path}.new`, path)
    }
    if (seq === 5) {
      truncateSync(path, lines(1, 2).length)
      appendFileSync(path, lines(3, 6))
    }
  })
  expect(seqs).toEqual([1, 2, 3, 4, 5, 6])
})

it('ends when the signal aborts and when the file is removed', async () => {
  const stop = new AbortController()
  const waiting = followEvents(path, 0, stop.signal).next()
  stop.abort()
  expect(await waiting).toEqual({ done: true, value: undefined })
  writeFileSync(path, lines(1, 1))
  const events = followEvents(path, 0, new AbortController().signal)
  expect((await events.next()).value).toMatchObject({ seq: 1 })
  rmSync(path)
  expect((await events.next()).done).toBe(true)
})

it('passes over lines of a newer version', async () => {
  writeFileSync(path, `${line(1)}{"v":1,"seq":2,"at":"2026-11-21T04:09:57.928041Z","type":"moon.landed"}\n${line(3)}`)
  expect(await follow(0, 2)).toEqual([1, 3])
})

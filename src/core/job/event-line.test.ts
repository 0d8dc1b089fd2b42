import { expect, it } from 'vitest'
import { headerOfLine, parseEventLine, seqOfLine, stampEvent, toEventLine } from './event-line.ts'

const AT = '2026-11-21T04:09:57.928041Z'
const event = stampEvent(12, AT, { type: 'turn.started', turn: 3, maxTurns: null })

it('gives an event back as it was', () => {
  expect(parseEventLine(toEventLine(event))).toEqual(event)
})

it('finds the seq in the first bytes of a line, and in nothing else', () => {
  expect(seqOfLine(toEventLine(event).slice(0, 40))).toBe(12)
  for (const other of ['', '{"seq":12,', '{"v":1,"seq":012,', '{"v":1,"seq":12', '{"v":2,"seq":12,'])
    expect(seqOfLine(other), other).toBeNull()
})

it('tells a whole line from a damaged one', () => {
  const line = toEventLine(event)
  expect(headerOfLine(line)).toEqual({ seq: 12, at: AT, type: 'turn.started' })
  for (let length = 0; length < line.length; length += 1) expect(headerOfLine(line.slice(0, length))).toBeNull()
  for (const other of [
    'null',
    '[]',
    '{"seq":0,"at":"","type":""}',
    '{"seq":1.5,"at":"","type":""}',
    '{"seq":1,"type":"a"}',
  ]) {
    expect(headerOfLine(other), other).toBeNull()
  }
})

it('leaves out what only a newer version knows', () => {
  expect(parseEventLine(JSON.stringify({ ...event, type: 'moon.landed' }))).toBeNull()
  expect(parseEventLine(JSON.stringify({ ...event, v: 2 }))).toBeNull()
})

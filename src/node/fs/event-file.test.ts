import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { stampEvent, toEventLine } from '../../core/job/event-line.ts'
import { recoverEventFile } from './event-file.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-events-'))
  path = join(folder, 'tbcc.events.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

const line = (seq: number): string =>
  `${toEventLine(stampEvent(seq, '2026-11-21T04:09:57.928041Z', { type: 'turn.finished', turn: seq * 11 }))}\n`
const lines = (count: number): string => Array.from({ length: count }, (_, index) => line(index + 1)).join('')

/** The events that must survive when only `bytes` of the last of `count` lines reached the disk. */
function whole(count: number, bytes: number): number {
  return bytes >= line(count).length - 1 ? count : count - 1
}

it('keeps every whole event wherever the last line is cut', () => {
  const kept = lines(2)
  for (let bytes = 0; bytes <= line(3).length; bytes += 1) {
    writeFileSync(path, kept + line(3))
    truncateSync(path, kept.length + bytes)
    const expected = whole(3, bytes)
    expect(recoverEventFile(path), `cut after ${bytes} bytes`).toEqual({
      size: lines(expected).length,
      lastSeq: expected,
    })
    expect(readFileSync(path, 'utf8')).toBe(lines(expected))
  }
})

it('keeps every whole event wherever zeros take the place of what was being written', () => {
  const text = lines(4)
  for (let from = lines(2).length; from <= text.length; from += 1) {
    writeFileSync(path, text.slice(0, from) + '\0'.repeat(text.length - from + 100))
    const { lastSeq } = recoverEventFile(path)
    // A whole event counts though zeros stand where its newline was to be.
    const expected = from >= text.length - 1 ? 4 : from >= lines(3).length - 1 ? 3 : 2
    expect(lastSeq, `zeros from byte ${from}`).toBe(expected)
    expect(readFileSync(path, 'utf8')).toBe(lines(expected))
  }
  expect(readdirSync(folder)).toEqual(['tbcc.events.jsonl'])
})

it('cuts at a hole and keeps the whole events behind it beside the file', () => {
  writeFileSync(path, `${lines(2)}${'\0'.repeat(line(3).length)}${line(4)}${line(5)}`)
  expect(recoverEventFile(path)).toEqual({ size: lines(2).length, lastSeq: 2 })
  expect(readFileSync(`${path}.damaged-1`, 'utf8')).toBe(`${'\0'.repeat(line(3).length)}${line(4)}${line(5)}`)
  appendFileSync(path, line(4))
  expect(recoverEventFile(path).lastSeq).toBe(2)
  expect(readFileSync(`${path}.damaged-2`, 'utf8')).toBe(line(4))
})

it('starts an empty or entirely damaged file at the beginning', () => {
  expect(recoverEventFile(path)).toEqual({ size: 0, lastSeq: 0 })
  writeFileSync(path, '\0'.repeat(5000))
  expect(recoverEventFile(path)).toEqual({ size: 0, lastSeq: 0 })
  expect(readFileSync(path).length).toBe(0)
})

it('finds the end of a file that is larger than what is checked', () => {
  const big = `${toEventLine(stampEvent(1, '2026-11-21T04:09:57.928041Z', { type: 'tool.returned', callId: 'a', content: 'x'.repeat(17_000_000), isError: false, truncated: false, durationMs: null }))}\n`
  const rest = [2, 3, 4].map(line).join('')
  writeFileSync(path, `${big}${rest}{"v":1,"se`)
  expect(recoverEventFile(path)).toEqual({ size: big.length + rest.length, lastSeq: 4 })
  writeFileSync(path, `${big}\0\0\0`)
  expect(recoverEventFile(path)).toEqual({ size: big.length, lastSeq: 1 })
})

it('does not follow a link', () => {
  writeFileSync(join(folder, 'elsewhere'), 'precious')
  symlinkSync('elsewhere', path)
  expect(() => recoverEventFile(path)).toThrowError(expect.objectContaining({ code: 'storage-failed' }))
  expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('precious')
})

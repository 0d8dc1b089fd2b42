import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readFileContent } from './file-content.ts'
import { readJobLog } from './job-log.ts'
import { followOutput, readOutputPiece } from './follow-output.ts'
import { listFilesBelow } from './list-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbcc-api-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const LOG = 'tbcc.output.log'

test('tells files by what is in them, and never follows a link', () => {
  writeFileSync(join(folder, 'text.png'), 'plain')
  writeFileSync(join(folder, 'image.txt'), Buffer.from('\x89PNG\r\n\x1a\n….', 'latin1'))
  writeFileSync(join(folder, 'drawing.svg'), '<svg onload="x"/>')
  writeFileSync(join(folder, 'program'), Buffer.of(127, 69, 0, 1))
  symlinkSync('/etc/passwd', join(folder, 'link'))
  mkdirSync(join(folder, 'inside'))
  symlinkSync('/etc', join(folder, 'inside', 'etc'))
  const kinds = ['text.png', 'image.txt', 'drawing.svg', 'program'].map((path) => readFileContent(folder, path, 0))
  expect(kinds.map(({ kind, mime }) => [kind, mime])).toEqual([
    ['text', 'text/plain'],
    ['image', 'image/png'],
    ['text', 'text/plain'],
    ['binary', 'application/octet-stream'],
  ])
  for (const path of ['link', 'inside/etc/passwd', 'none']) {
    expect(() => readFileContent(folder, path, 0)).toThrow(expect.objectContaining({ code: 'not-found' }))
  }
  for (const path of ['../x', '/etc/passwd', 'a//b', 'a\\b']) {
    expect(() => readFileContent(folder, path, 0)).toThrow(expect.objectContaining({ code: 'invalid-input' }))
  }
  const listed = listFilesBelow(folder).files.map(({ path, kind }) => `${kind} ${path}`)
  expect(listed).toEqual(expect.arrayContaining(['other link', 'directory inside', 'other inside/etc']))
  expect(listed.filter((line) => line.includes('passwd'))).toEqual([])
})

test('a long text comes in pieces of whole characters that join without a gap', () => {
  const text = 'ä🧪x'.repeat(200_000)
  writeFileSync(join(folder, 'long'), text)
  let joined = ''
  for (let offset = 0; ;) {
    const piece = readFileContent(folder, 'long', offset)
    expect(piece.offset).toBe(offset)
    joined += piece.text
    offset += Buffer.byteLength(piece.text ?? '')
    if (!piece.truncated) break
  }
  expect(joined === text).toBe(true)
})

test('a part of the output starts and ends between characters', () => {
  writeFileSync(join(folder, LOG), 'a🧪b')
  expect(readOutputPiece(folder, 2, 3)).toEqual({ from: 5, to: 5, text: '' })
  expect(readOutputPiece(folder, 0, 3)).toEqual({ from: 0, to: 1, text: 'a' })
  expect(readOutputPiece(folder, 3, 100)).toEqual({ from: 5, to: 6, text: 'b' })
  expect(readOutputPiece(folder, 100, 5)).toEqual({ from: 100, to: 100, text: '' })
})

test('of the log of Harbor the end is read, and no link is followed', () => {
  expect(readJobLog(folder)).toEqual({ text: null, from: 0 })
  writeFileSync(join(folder, 'job.log'), 'ä started\n')
  expect(readJobLog(folder)).toEqual({ text: 'ä started\n', from: 0 })
  writeFileSync(join(folder, 'job.log'), `x${'ä'.repeat(200_000)}`)
  const { text, from } = readJobLog(folder)
  expect(text).toBe('ä'.repeat((400_001 - from) / 2))
  expect(from).toBeGreaterThan(100_000)
  rmSync(join(folder, 'job.log'))
  symlinkSync('/etc/passwd', join(folder, 'job.log'))
  expect(readJobLog(folder).text).toBeNull()
})

test('output is followed as it grows, to its end, with no character cut', async () => {
  const half = Buffer.from('🧪')
  writeFileSync(join(folder, LOG), Buffer.concat([Buffer.from('one '), half.subarray(0, 2)]))
  let wake = (): void => {}
  let running = true
  const pieces: string[] = []
  for await (const { text } of follow(
    0,
    (ring) => (wake = ring),
    () => running,
  )) {
    pieces.push(text)
    if (pieces.length === 1) appendFileSync(join(folder, LOG), half.subarray(2))
    else running = false
    wake()
  }
  expect(pieces).toEqual(['one ', '🧪'])
})

test('who is far behind is moved on to the end', async () => {
  writeFileSync(join(folder, LOG), 'x'.repeat(3 * 1024 ** 2))
  for (const fromByte of [0, null]) {
    const [first, ...rest] = await collect(
      follow(
        fromByte,
        () => {},
        () => false,
      ),
    )
    expect(first?.from).toBe(3 * 1024 ** 2 - 256 * 1024)
    expect((rest.at(-1) ?? first)?.to).toBe(3 * 1024 ** 2)
  }
})

test('ends with its signal', async () => {
  const ended = new AbortController()
  const items = collect(
    follow(
      0,
      () => ended.abort(),
      () => true,
      ended.signal,
    ),
  )
  expect(await items).toEqual([])
})

function follow(
  fromByte: number | null,
  onWake: (wake: () => void) => void,
  isRunning: () => boolean,
  signal = new AbortController().signal,
) {
  return followOutput({
    directory: folder,
    fromByte,
    signal,
    onPrinted(wake) {
      onWake(wake)
      return () => {}
    },
    isRunning: async () => isRunning(),
  })
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

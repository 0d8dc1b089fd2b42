import { expect, test } from 'vitest'
import type { ImageProgress } from '../../core/environment/backend.ts'
import { createBuildLog } from './build-log.ts'
import { failureOf } from './engine-message.ts'
import { jsonLines } from './json-lines.ts'
import { createPullProgress } from './pull-progress.ts'

test('layers of a pull are summed up', () => {
  const seen: ImageProgress[] = []
  const progress = createPullProgress('some/image', (step) => seen.push(step))
  const messages = [
    { status: 'Pulling from some/image', id: 'latest' },
    { status: 'Pulling fs layer', id: 'a', progressDetail: {} },
    { status: 'Pulling fs layer', id: 'b', progressDetail: {} },
    { status: 'Already exists', id: 'c', progressDetail: {} },
    { status: 'Downloading', id: 'a', progressDetail: { current: 10, total: 100 } },
    { status: 'Download complete', id: 'a', progressDetail: {} },
    { status: 'Extracting', id: 'a', progressDetail: { current: 1, total: 100 } },
    { status: 'Pull complete', id: 'a', progressDetail: {} },
    { status: 'Pull complete', id: 'b', progressDetail: {} },
    { status: 'Digest: sha256:1' },
  ]
  for (const message of messages) progress.take(message)
  expect(seen.map(({ text }) => text)).toEqual([
    'pulling some/image',
    'pulling some/image: 0 of 1 layers',
    'pulling some/image: 0 of 2 layers',
    'pulling some/image: 1 of 3 layers',
    'pulling some/image: 2 of 3 layers',
    'pulling some/image: 3 of 3 layers',
  ])
  expect(seen.at(-1)).toMatchObject({ current: 100, total: 100 })
})

test('a build’s output is passed on by lines, and the last forty are kept', () => {
  const seen: string[] = []
  const log = createBuildLog(({ text }) => seen.push(text))
  log.write('Step 1/2 : FROM x\n ---> abc\nhalf a ')
  log.write('line\r\nprogress 1\rprogress 2\r')
  log.write('last')
  log.end()
  expect(seen).toEqual(['Step 1/2 : FROM x', ' ---> abc', 'half a line', 'progress 1', 'progress 2', 'last'])
  for (let n = 0; n < 100; n += 1) log.write(`${n}\n`)
  expect(log.last().split('\n')).toEqual(Array.from({ length: 40 }, (_, n) => String(n + 60)))
})

test('messages are read from whatever the stream is cut into', async () => {
  const text = '{"a":1}\n{"b":"ü"}\r\n\nno json\n[]\n"text"\n{"c":3}'
  for (const size of [1, 3, 1000]) {
    const read: unknown[] = []
    for await (const message of jsonLines(cut(Buffer.from(text), size))) read.push(message)
    expect(read).toEqual([{ a: 1 }, { b: 'ü' }, {}, { c: 3 }])
  }
})

test('failures are found in both forms', () => {
  expect(failureOf({ error: 'short', errorDetail: { message: 'long' } })).toBe('long')
  expect(failureOf({ error: 'short' })).toBe('short')
  expect(failureOf({ stream: 'fine' })).toBeNull()
})

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

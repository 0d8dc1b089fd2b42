import { Duplex, Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ExecSession } from './exec-session.ts'
import { followOutput } from './exec-output.ts'

/* An engine that never ends a stream, which the ones at hand do not show. Only timers are the test's. */

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A command whose output the test decides. */
function session(running: () => boolean) {
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
  const started: ExecSession = { stream, status: async () => ({ running: running(), exitCode: running() ? null : 0 }) }
  let got = ''
  const output = followOutput(
    started,
    { command: 'x', onOutput: ({ data }) => void (got += Buffer.from(data).toString()) },
    fail,
  )
  return { stream, output, got: () => got, print: (text: string) => stream.push(toFrame(text)) }
}

test('passes on what follows the announcement, to the end of the stream', async () => {
  const { stream, output, got, print } = session(() => true)
  print('42\nfirst ')
  print('second')
  stream.push(null)
  await output.done
  expect(await output.rootPid).toBe(42)
  expect(got()).toBe('first second')
})

test('an open stream of an ended command is closed after a silence', async () => {
  const { stream, output, got, print } = session(() => false)
  print('42\ntext')
  await vi.advanceTimersByTimeAsync(3100)
  await output.done
  expect(got()).toBe('text')
  expect(stream.destroyed).toBe(true)
})

test('what came while this process was held up is taken before an open stream is closed', async () => {
  const { output, got, print } = session(() => false)
  print('42\ntext')
  await vi.advanceTimersByTimeAsync(2500)
  // A loop that was held up comes to its timers first, and reads then.
  vi.advanceTimersByTime(1000)
  print(' and tail')
  await vi.advanceTimersByTimeAsync(5000)
  await output.done
  expect(got()).toBe('text and tail')
})

test('what came so after a command was ended is taken, too', async () => {
  const { output, got, print } = session(() => true)
  print('42\n')
  output.takeTail()
  await vi.advanceTimersByTimeAsync(100)
  vi.advanceTimersByTime(1000)
  print('tail')
  await vi.advanceTimersByTimeAsync(5000)
  await output.done
  expect(got()).toBe('tail')
})

test('after a command was ended, the rest is taken and then the stream closed', async () => {
  const { output, got, print } = session(() => true)
  print('42\n')
  output.takeTail()
  await vi.advanceTimersByTimeAsync(900)
  print('late')
  await vi.advanceTimersByTimeAsync(900)
  expect(got()).toBe('late')
  await vi.advanceTimersByTimeAsync(200)
  await output.done
})

test('a daemon that goes on printing does not keep it open', async () => {
  const { output, got, print } = session(() => true)
  print('42\n')
  output.takeTail()
  for (let n = 0; n < 6; n += 1) {
    print('.')
    await vi.advanceTimersByTimeAsync(550)
  }
  await output.done
  expect(got().length).toBeGreaterThan(4)
})

test('an open stream of a command that has not begun yet stays open', async () => {
  const stream = new Duplex({ read() {} })
  const status = async () => ({ running: false, exitCode: null })
  const output = followOutput({ stream, status }, { command: 'x' }, fail)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(stream.destroyed).toBe(false)
  stream.push(null)
  await output.done
})

test('an engine that is lost ends it with the reason, also while there is input', async () => {
  const lost = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
  for (const input of [{}, { stdin: Readable.from([]) }]) {
    const stream = new Duplex({ read() {} })
    const output = followOutput({ stream, status: () => Promise.reject(lost) }, { command: 'x', ...input }, fail)
    const outcome = expect(output.done).rejects.toBe(lost)
    await vi.advanceTimersByTimeAsync(2100)
    await outcome
    expect(await output.rootPid).toBeNull()
  }
})

test('what came before a stream broke is passed on', async () => {
  const { stream, output, got, print } = session(() => true)
  print('42\nbefore')
  stream.destroy(new Error('broken'))
  await expect(output.done).rejects.toThrow('broken')
  expect(got()).toBe('before')
})

function toFrame(text: string): Buffer {
  const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
  head.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([head, Buffer.from(text)])
}

function fail(error: unknown): never {
  throw error
}

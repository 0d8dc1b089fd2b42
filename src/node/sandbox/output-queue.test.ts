import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPipeMaker } from './command-pipes.ts'
import { createOutputQueue, type OutputQueue } from './output-queue.ts'

/* The pipes of a command that has ended, held open by a daemon of it: both are played by the test. */

/** Longer than the queue waits for anything. */
const STALL_MS = 2500

describe.skipIf(process.platform === 'win32')('output of a command that has ended', () => {
  let folder: string
  let queue: OutputQueue
  let out: number
  let err: number

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tbcc-queue-'))
    const mkfifo = execFileSync('sh', ['-c', 'command -v mkfifo'], { encoding: 'utf8' }).trim()
    const pipes = await createPipeMaker(mkfifo, folder).make()
    queue = createOutputQueue(pipes.stdout, pipes.stderr)
    out = openSync(pipes.outPath, 'w')
    err = openSync(pipes.errPath, 'w')
  })
  afterEach(() => {
    queue.destroy()
    for (const socket of queue.leftOpen) socket.destroy()
    for (const fd of [out, err]) closeSync(fd)
    rmSync(folder, { recursive: true })
  })

  const nextText = async (): Promise<string | null> => {
    const chunk = await queue.next()
    return chunk === null ? null : `${chunk.stream}: ${Buffer.from(chunk.data).toString()}`
  }

  test('is not lost where this process was held up for longer than is waited', async () => {
    const first = nextText()
    // The streams are being read by then, and after this turn the loop comes to its timers before it reads.
    for (let n = 0; n < 3; n += 1) await turn()
    queue.expectEnd()
    writeSync(out, 'tail')
    writeSync(err, 'complaint')
    const end = performance.now() + STALL_MS
    while (performance.now() < end);
    const told = [await first, await nextText()]
    expect(new Set(told)).toEqual(new Set(['stderr: complaint', 'stdout: tail']))
    expect(await nextText()).toBeNull()
    expect(queue.leftOpen).toHaveLength(2)
  })

  test('is let go after a silence, though its pipes are open', async () => {
    writeSync(out, 'text')
    expect(await nextText()).toBe('stdout: text')
    queue.expectEnd()
    expect(await nextText()).toBeNull()
    expect(queue.leftOpen).toHaveLength(2)
  })

  test('is let go while a daemon goes on writing a little', async () => {
    queue.expectEnd()
    const daemon = setInterval(() => writeSync(out, '.'), 10)
    try {
      for (let text = await nextText(); text !== null; text = await nextText()) expect(text).toMatch(/^stdout: \.+$/)
    } finally {
      clearInterval(daemon)
    }
    expect(queue.leftOpen).toHaveLength(2)
  })
})

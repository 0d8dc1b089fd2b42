import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OutputChunk } from '../../core/environment/backend.ts'
import { createOutputRelay } from './output-relay.ts'

const KIB = 1024
const out = (text: string | Buffer, stream: OutputChunk['stream'] = 'stdout'): OutputChunk => ({
  stream,
  data: Buffer.from(text),
})

test('a slow consumer gets everything in order, one piece at a time', async () => {
  const pieces = fc.array(
    fc.record({ stream: fc.constantFrom('stdout', 'stderr'), data: fc.uint8Array({ minLength: 1 }) }),
  )
  await fc.assert(
    fc.asyncProperty(pieces, async (sent) => {
      let busy = false
      const got: { stream: string; byte: number }[] = []
      const relay = createOutputRelay(
        {
          async onOutput({ stream, data }) {
            expect(busy).toBe(false)
            busy = true
            await Promise.resolve()
            got.push(...[...data].map((byte) => ({ stream, byte })))
            busy = false
          },
        },
        fail,
      )
      for (const piece of sent) relay.push(piece)
      await relay.finish()
      expect(got).toEqual(sent.flatMap(({ stream, data }) => [...data].map((byte) => ({ stream, byte }))))
    }),
  )
})

test('what waits of one stream comes joined, but not without measure', async () => {
  const sizes: number[] = []
  const relay = createOutputRelay({ onOutput: async ({ data }) => void sizes.push(data.length) }, fail)
  for (let n = 0; n < 40; n += 1) relay.push(out(Buffer.alloc(10 * KIB)))
  await relay.finish()
  expect(sizes.reduce((sum, size) => sum + size)).toBe(400 * KIB)
  expect(sizes.length).toBeLessThan(12)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * KIB)
})

test('is full until the consumer has caught up', async () => {
  const gate = Promise.withResolvers<void>()
  const relay = createOutputRelay({ onOutput: () => gate.promise }, fail)
  relay.push(out(Buffer.alloc(KIB)))
  expect(relay.full()).toBe(false)
  relay.push(out(Buffer.alloc(2048 * KIB)))
  expect(relay.full()).toBe(true)
  gate.resolve()
  await relay.drained()
  expect(relay.full()).toBe(false)
  await relay.finish()
})

test('takes the rest of an ended command in, however slow the consumer', async () => {
  const gate = Promise.withResolvers<void>()
  const relay = createOutputRelay({ onOutput: () => gate.promise }, fail)
  relay.push(out(Buffer.alloc(2048 * KIB)))
  const drained = relay.drained()
  relay.lift()
  await drained
  expect(relay.full()).toBe(false)
  gate.resolve()
  await relay.finish()
})

test('counts what is over the limit and drops it', async () => {
  let passed = ''
  const consumer = ({ data }: OutputChunk): void => void (passed += Buffer.from(data).toString())
  const relay = createOutputRelay({ maxOutputBytes: 5, onOutput: consumer }, fail)
  for (const text of ['abc', 'def', 'ghi']) relay.push(out(text))
  await relay.finish()
  expect(passed).toBe('abcde')
  expect(relay.totals()).toEqual({ outputBytes: 9, truncated: true })
})

test('tells of a consumer that fails, and asks it no more', async () => {
  const failures: unknown[] = []
  let calls = 0
  const relay = createOutputRelay({ onOutput: () => Promise.reject(new Error(`call ${(calls += 1)}`)) }, (error) =>
    failures.push(error),
  )
  relay.push(out('a'))
  await expect(relay.finish()).rejects.toThrow('call 1')
  relay.push(out(Buffer.alloc(3 * 1024 * KIB)))
  expect(relay.full()).toBe(false)
  await expect(relay.finish()).rejects.toThrow('call 1')
  expect(failures).toHaveLength(1)
})

function fail(error: unknown): never {
  throw error
}

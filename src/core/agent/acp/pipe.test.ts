import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fields } from '../logs/fields.ts'
import { createPipe } from './pipe.ts'

interface Heard {
  readonly updates: Fields[]
  readonly stray: string[]
}

function listen(): Heard & { readonly pipe: ReturnType<typeof createPipe> } {
  const updates: Fields[] = []
  const stray: string[] = []
  const pipe = createPipe({ update: (_session, update) => updates.push(update), stray: (line) => stray.push(line) })
  return { updates, stray, pipe }
}

async function messagesOf(readable: ReadableStream<unknown>): Promise<readonly unknown[]> {
  const messages: unknown[] = []
  for await (const message of readable) messages.push(message)
  return messages
}

const update = (n: number): object => ({
  jsonrpc: '2.0',
  method: 'session/update',
  params: { sessionId: 's', update: { sessionUpdate: 'x', n } },
})
const asking = (id: number): object => ({ jsonrpc: '2.0', id, method: 'fs/read_text_file', params: { path: 'ä' } })

test('however the output is cut, no message is lost, and garbage is told', async () => {
  const line = fc.oneof(
    fc.nat(99).map((n) => ({ text: JSON.stringify(update(n)), kind: 'update' as const })),
    fc.nat(99).map((id) => ({ text: JSON.stringify(asking(id)), kind: 'call' as const })),
    fc
      .constantFrom('hello', '[]', '{"jsonrpc":"1.0"}', '{"jsonrpc":"2.0","id":5,"result":{}}', 'ü{')
      .map((text) => ({ text, kind: 'stray' as const })),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 50 }), async (lines, size) => {
      const { pipe, updates, stray } = listen()
      const bytes = new TextEncoder().encode(lines.map(({ text }) => `${text}\n`).join(''))
      for (let at = 0; at < bytes.length; at += size) pipe.push(bytes.subarray(at, at + size))
      pipe.close()
      const count = (kind: string): number => lines.filter((one) => one.kind === kind).length
      expect(updates).toHaveLength(count('update'))
      expect(stray).toHaveLength(count('stray'))
      expect(await messagesOf(pipe.stream.readable)).toHaveLength(count('call'))
    }),
  )
})

test('what is written goes to the input of the program, and only answers to it are taken', async () => {
  const { pipe, stray } = listen()
  const writer = pipe.stream.writable.getWriter()
  await writer.write({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} })
  const answer = '{"jsonrpc":"2.0","id":1,"result":{}}\n'
  pipe.push(new TextEncoder().encode(answer + answer))
  pipe.endInput()
  pipe.close()
  const written: string[] = []
  for await (const data of pipe.stdin) written.push(new TextDecoder().decode(data))
  expect(written).toEqual(['{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n'])
  expect(await messagesOf(pipe.stream.readable)).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }])
  expect(stray).toEqual([answer.trimEnd()])
})

import fc from 'fast-check'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { whole } from './whole-archive.ts'

const BLOCK = 512

async function sample(): Promise<Buffer> {
  const archive = pack()
  archive.entry({ name: 'reward.txt' }, '1')
  archive.entry({ name: 'reward.json' }, '{"reward": 0}')
  archive.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(archive: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of archive) chunks.push(chunk)
  return Buffer.concat(chunks)
}

test('a whole archive passes unchanged, in pieces of any size and with any number of zeros at its end', async () => {
  const archive = await sample()
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 20 }), async (size, more) => {
      const bytes = Buffer.concat([archive, Buffer.alloc(more * BLOCK)])
      expect((await read(whole(inPieces(bytes, size)))).equals(bytes)).toBe(true)
    }),
  )
})

test('one that was cut off is refused, wherever', async () => {
  const archive = await sample()
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 0, max: archive.length - 2 * BLOCK }),
      async (size, length) => {
        const reading = read(whole(inPieces(archive.subarray(0, length), size)))
        await expect(reading).rejects.toMatchObject({ code: 'archive-refused' })
      },
    ),
  )
})

test('what breaks an archive is told as it is', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(BLOCK)
    throw new Error('the source broke')
  }
  await expect(read(whole(broken()))).rejects.toThrow('the source broke')
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OutputChunk } from '../../core/environment/backend.ts'
import { createFrameSplitter } from './frames.ts'

const frames = fc.array(fc.record({ kind: fc.constantFrom(1, 2), data: fc.uint8Array({ maxLength: 300 }) }), {
  maxLength: 20,
})

test('whatever the chunks are cut into, the streams come out whole and in order', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1 }), (sent, cuts) => {
      const split = createFrameSplitter()
      const got: OutputChunk[] = []
      for (const chunk of cut(Buffer.concat(sent.map(toFrame)), cuts)) got.push(...split(chunk))
      for (const [kind, stream] of [
        [1, 'stdout'],
        [2, 'stderr'],
      ] as const) {
        const expected = sent.filter((frame) => frame.kind === kind).map(({ data }) => data)
        const received = got.filter((piece) => piece.stream === stream).map(({ data }) => data)
        expect(Buffer.concat(received)).toEqual(Buffer.concat(expected))
      }
      expect(got.map(({ stream }) => stream).filter(isChange)).toEqual(
        sent
          .filter(({ data }) => data.length > 0)
          .map(({ kind }) => (kind === 1 ? 'stdout' : 'stderr'))
          .filter(isChange),
      )
    }),
  )
})

test('an engine’s own complaint counts as an error output, an echo of the input as output', () => {
  const split = createFrameSplitter()
  const kinds = [0, 3].flatMap((kind) =>
    [...split(toFrame({ kind, data: Buffer.from('x') }))].map(({ stream }) => stream),
  )
  expect(kinds).toEqual(['stdout', 'stderr'])
})

test('what is no frame is not taken for output', () => {
  expect(() => [...createFrameSplitter()(Buffer.from('plain text without a head'))]).toThrow('in a form')
})

function toFrame({ kind, data }: { kind: number; data: Uint8Array }): Buffer {
  const head = Buffer.from([kind, 0, 0, 0, 0, 0, 0, 0])
  head.writeUInt32BE(data.length, 4)
  return Buffer.concat([head, data])
}

function* cut(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  for (let [at, turn] = [0, 0]; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1
    yield bytes.subarray(at, at + length)
    at += length
  }
}

function isChange(stream: string, at: number, all: readonly string[]): boolean {
  return stream !== all[at - 1]
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { traceText } from './buildkit-trace.ts'
import { readFields, writeFields } from './protobuf.ts'

test('texts come back as they were written', () => {
  const texts = fc.dictionary(fc.integer({ min: 1, max: 5000 }).map(String), fc.string({ maxLength: 400 }))
  fc.assert(
    fc.property(texts, (fields) => {
      const read = [...readFields(writeFields(fields))].map(({ number, bytes }) => [
        String(number),
        Buffer.from(bytes).toString(),
      ])
      expect(Object.fromEntries(read)).toEqual(fields)
    }),
  )
})

test('what is cut off or no message throws, and does not hang', () => {
  const whole = writeFields({ 1: 'some text', 2: 'more' })
  expect(() => [...readFields(whole.subarray(0, -1))]).toThrow('cut off')
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        expect([...readFields(bytes)].length).toBeLessThanOrEqual(bytes.length)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }),
  )
})

/* As the engine (20.10) sent them: a step that begins, its output, its failure. */
const BEGUN =
  'CosBCkdzaGEyNTY6YTY0NGMwNjZkNmU4ZTY2N2RlN2UzNGRmNGQzMmZiZDhjNjkyYzY3NTNmOGRiMDc4N2UxY2QyMDJjOTZhZGVlNRokW2ludGVybmFsXSBsb2FkIHJlbW90ZSBidWlsZCBjb250ZXh0KgwI/uuE2AYQhLKWjQMyDAj+64TYBhCEspaNAw=='
const PRINTED =
  'GngKR3NoYTI1Njo5MzYxZjUzZGNhNDhkOWM5ZDdjNGI5ZWFmYzUxODViYjgyMGM0ZWM3YjI1ZGNmNmY0ODM1N2NmYzBjYjg1NmZmEgwIgOyE2AYQ37PjkAMYASIdU2F0IE5vdiAyMSAwNjoxMToxMiBVVEMgMjAyNgo='

test('progress of a build is read as text, each step once', () => {
  const told = new Set<string>()
  expect(traceText(BEGUN, told)).toBe('[internal] load remote build context\n')
  expect(traceText(BEGUN, told)).toBe('')
  expect(traceText(PRINTED, told)).toBe('Sat Nov 21 06:11:12 UTC 2026\n')
})

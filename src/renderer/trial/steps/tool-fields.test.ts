import { expect, it } from 'vitest'
import { toFields } from './tool-fields.ts'

it('takes texts of several lines out of their escapes', () => {
  expect(toFields('{"path":"/app/a.py","content":"a\\nb","mode":{"x":1}}')).toEqual([
    { name: 'path', value: '/app/a.py', language: null },
    { name: 'content', value: 'a\nb', language: null },
    { name: 'mode', value: '{\n  "x": 1\n}', language: 'json' },
  ])
  expect(toFields('{"command":"ls"}')).toEqual([{ name: 'command', value: 'ls', language: 'shellscript' }])
})

it('leaves the rest to JSON', () => {
  expect(toFields('{"path":"a","n":1}')).toBeNull()
  expect(toFields('[1]')).toBeNull()
  expect(toFields('{"cut":"a')).toBeNull()
  expect(
    toFields(JSON.stringify(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, 'a\nb'])))),
  ).toBeNull()
})

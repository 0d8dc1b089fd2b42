import { expect, it } from 'vitest'
import type { FileContent } from '../../../contract/api/common.ts'
import { toNextOffset } from './next-offset.ts'

const piece: FileContent = {
  path: 'a',
  size: 3_000_000,
  kind: 'text',
  mime: 'text/plain',
  offset: 10,
  text: 'äb',
  data: null,
  truncated: true,
}

it('goes on where the text ended, counted in bytes', () => {
  expect(toNextOffset(piece)).toBe(13)
  expect(toNextOffset({ ...piece, truncated: false })).toBeNull()
  expect(toNextOffset({ ...piece, kind: 'binary', text: null })).toBeNull()
})

it('goes on after a whole piece where bytes were no characters', () => {
  expect(toNextOffset({ ...piece, text: 'a\uFFFDb' })).toBe(10 + 1024 ** 2)
})

import { expect, it } from 'vitest'
import { toChunks } from './chunks.ts'

it('ends chunks with lines', () => {
  expect(toChunks('aa\nbb\ncc\n', 6)).toEqual(['aa\nbb\n', 'cc\n'])
  expect(toChunks('aa\nbbbbbbbbbb\nc', 4)).toEqual(['aa\n', 'bbbb', 'bbbb', 'bb\nc'])
  expect(toChunks('')).toEqual([])
})

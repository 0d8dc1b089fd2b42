import { expect, it } from 'vitest'
import type { FileEntry } from '../../../contract/api/common.ts'
import { toTreeRows } from './file-tree.ts'

const file = (path: string): FileEntry => ({ path, kind: 'file', size: 1, modifiedAt: null })

it('puts folders first and numbers in order', () => {
  const rows = toTreeRows([file('b.txt'), file('a10'), file('a9'), file('verifier/ctrf.json')], new Set())
  expect(rows.map(({ path, depth }) => [path, depth])).toEqual([
    ['verifier', 0],
    ['verifier/ctrf.json', 1],
    ['a9', 0],
    ['a10', 0],
    ['b.txt', 0],
  ])
  expect(rows[0]).toMatchObject({ kind: 'directory', isOpen: true, name: 'verifier' })
})

it('leaves out what is below a closed folder', () => {
  const entries = [file('a/b/c'), { ...file('empty'), kind: 'directory' as const }]
  expect(toTreeRows(entries, new Set(['a/b'])).map(({ path }) => path)).toEqual(['a', 'a/b', 'empty'])
})

it('takes hostile names as names', () => {
  const rows = toTreeRows([file('__proto__/constructor'), file('x\n../y')], new Set())
  expect(rows.map(({ path }) => path)).toEqual(['__proto__', '__proto__/constructor', 'x\n..', 'x\n../y'])
})

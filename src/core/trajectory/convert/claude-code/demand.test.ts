import { expect, it } from 'vitest'
import { createColumn, type Column } from '../columns.ts'
import { createDemand } from './demand.ts'
import { LINE } from './index-lines.ts'

function columnOf(...values: readonly number[]): Column {
  const column = createColumn('number')
  for (const value of values) column.push(value)
  return column
}

it('asks several times for lines of users only that may belong to several steps', () => {
  const { assistant, results, userText } = LINE
  const demandOf = createDemand(
    {
      file: columnOf(0, 0, 0, 1, 1, 1),
      at: columnOf(0, 50, 90, 0, 50, 70),
      kind: columnOf(assistant, results, results, userText, userText, results),
      // 3 calls, 1 answer, 2 answers, none, 1 answer, not known.
      firstRef: columnOf(0, 3, 4, 6, 6, 7),
    },
    ['a', 'b'],
  )
  const places = [0, 50, 60, 70, 90]
  expect(places.map((at) => demandOf('a', at))).toEqual(['once', 'once', 'none', 'none', 'several'])
  expect(places.map((at) => demandOf('b', at))).toEqual(['once', 'several', 'none', 'several', 'none'])
  expect(demandOf('c', 0)).toBe('none')
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createColumn, createHashTable, findInOrder, hashOf } from './columns.ts'

it('keeps numbers over many pages', () => {
  const column = createColumn('number', 3)
  for (let index = 0; index < 50_000; index += 1) column.push(index + 0.5)
  column.set(1, -1)
  expect([column.length, column.at(0), column.at(1), column.at(3), column.at(50_002)]).toEqual([
    50_003, 0, -1, 0.5, 49_999.5,
  ])
})

it('finds what a map finds, beyond its first size', () => {
  const table = createHashTable()
  const map = new Map<string, number>()
  for (let index = 0; index < 30_000; index += 1) {
    const text = `toolu_${index % 20_000}`
    expect(table.get(hashOf(text))).toBe(map.get(text) ?? null)
    table.set(hashOf(text), index)
    map.set(text, index)
  }
  for (const [text, value] of map) expect(table.get(hashOf(text))).toBe(value)
})

it('tells texts apart', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 300 }), (texts) => {
      expect(new Set(texts.map((text) => JSON.stringify(hashOf(text)))).size).toBe(texts.length)
    }),
  )
})

it('finds the first of several that are the same, among entries in order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40)), fc.nat(40), (given, wanted) => {
      const sorted = given.toSorted((one, other) => one - other)
      const found = findInOrder(sorted.length, (index) => (sorted[index] ?? 0) - wanted)
      expect(found ?? -1).toBe(sorted.indexOf(wanted))
    }),
  )
})

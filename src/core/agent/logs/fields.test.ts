import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asRecord, countOf, createComplaints, listOf, numberOf, parseLine, recordOf, textOf } from './fields.ts'

describe('reading fields', () => {
  it('answers null for what is not of its kind', () => {
    const record = { text: 'a', empty: '', list: [1], table: { a: 1 }, nothing: null }
    expect([textOf(record, 'text'), textOf(record, 'empty'), textOf(record, 'list')]).toEqual(['a', '', null])
    expect([recordOf(record, 'table'), recordOf(record, 'list'), recordOf(record, 'nothing')]).toEqual([
      { a: 1 },
      null,
      null,
    ])
    expect([listOf(record, 'list'), listOf(record, 'table'), listOf(record, 'missing')]).toEqual([[1], [], []])
    expect([asRecord([]), asRecord('a'), asRecord(null)]).toEqual([null, null, null])
  })

  it('counts only what can be counted', () => {
    const record = { zero: 0, part: 1.5, minus: -1, none: Number.NaN, huge: 1e300, text: '3' }
    expect(Object.keys(record).map((key) => numberOf(record, key))).toEqual([0, 1.5, null, null, 1e300, null])
    expect(Object.keys(record).map((key) => countOf(record, key))).toEqual([0, null, null, null, null, null])
  })
})

describe('parseLine', () => {
  it('reads objects, also after blanks and before a carriage return', () => {
    for (const line of ['{"a":1}', '  {"a":1}\r']) expect(parseLine(line)).toEqual({ a: 1 })
  })

  it('is null for everything else, and never throws', () => {
    for (const line of ['', ' ', '[1]', '"a"', '1', 'null', '{', '{"a":', 'WARNING: x']) {
      expect(parseLine(line)).toBeNull()
    }
    fc.assert(fc.property(fc.string(), (text) => parseLine(`#${text}`) === null))
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value)
        expect(parseLine(text)).toEqual(JSON.parse(text))
      }),
    )
  })
})

describe('complaints', () => {
  it('keeps the last ones, each cut, and no blank ones', () => {
    const complaints = createComplaints()
    complaints.add(' \n')
    for (let index = 1; index <= 250; index += 1) complaints.add(` line ${index}\n`)
    complaints.add('x'.repeat(10_000))
    const list = complaints.list()
    expect([list.length, list[0], list[198], list[199]?.length]).toEqual([200, 'line 52', 'line 250', 4_000])
  })
})

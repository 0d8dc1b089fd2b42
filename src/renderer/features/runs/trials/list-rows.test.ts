// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { isSamePlace, layOutGroups, placeAt, visibleLists } from './list-rows.ts'

const group = (value: string, count: number) => ({ value, count, rate: null })
const groups = [group('a', 2), group('b', 3), group('c', 1)]

test('closed groups are their heads alone', () => {
  const layout = layOutGroups(groups, new Set(), () => null)
  expect(layout.count).toBe(3)
  expect(placeAt(layout, new Set(), 1)).toMatchObject({ kind: 'group', group: { value: 'b' }, isOpen: false })
  expect(placeAt(layout, new Set(), 3)).toBeNull()
})

test('the trials of an open group stand below its head', () => {
  const open = new Set(['b'])
  const layout = layOutGroups(groups, open, (value) => (value === 'b' ? 4 : null))
  expect(layout.count).toBe(7)
  expect(placeAt(layout, open, 1)).toMatchObject({ kind: 'group', isOpen: true })
  expect(placeAt(layout, open, 2)).toEqual({ kind: 'trial', list: 'b', index: 0 })
  expect(placeAt(layout, open, 5)).toEqual({ kind: 'trial', list: 'b', index: 3 })
  expect(placeAt(layout, open, 6)).toMatchObject({ kind: 'group', group: { value: 'c' } })
})

test('until a list has answered, the count of its group stands for it', () => {
  expect(layOutGroups(groups, new Set(['a']), () => null).count).toBe(5)
})

test('only what is in view of each list is asked for', () => {
  const layout = layOutGroups(groups, new Set(['a', 'b']), () => null)
  // a, a0, a1, b, b0, b1, b2, c
  expect(visibleLists(layout, 2, 4)).toEqual([
    { list: 'a', from: 1, to: 1 },
    { list: 'b', from: 0, to: 0 },
  ])
  expect(visibleLists(layout, 3, 3)).toEqual([])
})

test('a layout is another one when a list moves, grows or is that of another group', () => {
  const open = new Set(['a', 'd'])
  const layout = layOutGroups(groups, open, () => null)
  const again = (given: typeof groups, total: number | null = null): boolean =>
    isSamePlace(
      layout,
      layOutGroups(given, open, () => total),
    )
  expect(again(groups.map(({ value, count }) => ({ value, count, rate: null })))).toBe(true)
  expect(again(groups, 3)).toBe(false)
  expect(again([group('x', 0), ...groups])).toBe(false)
  expect(again(groups.slice(1))).toBe(false)
  expect(again([group('d', 2), ...groups.slice(1)])).toBe(false)
})

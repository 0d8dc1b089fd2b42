import { expect, test } from 'vitest'
import { placeLabels } from './place-labels.ts'

const inside = { x: 0, y: 0, width: 400, height: 200 }

test('a label stands right of its point, and left of it at the edge', () => {
  const [right, left] = placeLabels(
    [
      { x: 50, y: 100, width: 80 },
      { x: 380, y: 100, width: 80 },
    ],
    inside,
  )
  expect(right).toEqual({ x: 60, y: 100 })
  expect(left).toEqual({ x: 290, y: 100 })
})

test('labels of points on one spot do not cover each other', () => {
  const places = placeLabels(
    Array.from({ length: 4 }, () => ({ x: 200, y: 100, width: 80 })),
    inside,
  )
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(4)
})

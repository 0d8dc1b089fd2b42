import { expect, test } from 'vitest'
import { fitWindow, MIN_SIZE, parseWindowState } from './window-state.ts'

const LEFT = { x: 0, y: 0, width: 1920, height: 1040 }
const RIGHT = { x: 1920, y: 0, width: 1280, height: 1000 }
const bounds = { x: 2000, y: 40, width: 1000, height: 700 }

test('a window stays where it was, as long as its display is there', () => {
  const remembered = { bounds, isMaximized: true }
  expect(fitWindow(remembered, [LEFT, RIGHT])).toEqual(remembered)
  expect(fitWindow(remembered, [LEFT])).toEqual({
    bounds: { x: 460, y: 170, width: 1000, height: 700 },
    isMaximized: true,
  })
})

test.each([
  ['a corner', { ...bounds, x: 1920 + 1280 - 40 }],
  ['no title to take hold of', { ...bounds, y: -200 }],
  ['nothing', { ...bounds, x: -5000 }],
])('a window of which a display shows %s is brought back', (_what, lost) => {
  const { x, y } = fitWindow({ bounds: lost, isMaximized: false }, [LEFT, RIGHT]).bounds
  expect({ x, y }).toEqual({ x: 460, y: 170 })
})

test('none is larger than its display, or too small to use', () => {
  const sizeOf = (width: number, height: number): unknown =>
    fitWindow({ bounds: { x: 0, y: 0, width, height }, isMaximized: false }, [LEFT]).bounds
  expect(sizeOf(9000, 9000)).toEqual(LEFT)
  expect(sizeOf(300, 200)).toEqual({ x: 0, y: 0, ...MIN_SIZE })
})

test('the first start centres it', () => {
  const { bounds: first } = fitWindow(null, [LEFT])
  expect(first.x * 2 + first.width).toBe(LEFT.width)
})

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"bounds":{"x":1,"y":2,"width":3}}',
  '{"bounds":{"x":1e9,"y":0,"width":9,"height":9}}',
  '{"bounds":{"x":0.5,"y":0,"width":9,"height":9}}',
  '{"bounds":{"x":0,"y":0,"width":-9,"height":9}}',
])('%s is no state of a window', (text) => {
  expect(parseWindowState(text)).toBe(null)
})

test('what is written is read', () => {
  expect(parseWindowState(JSON.stringify({ bounds, isMaximized: true, more: 1 }))).toEqual({
    bounds,
    isMaximized: true,
  })
})

import { expect, test } from 'vitest'
import { createScreen } from './screen.ts'
import { createFakeTerminal } from './terminal.testing.ts'

test('lines are drawn over those before, and what stays scrolls above them', () => {
  const terminal = createFakeTerminal({ columns: 40, rows: 10 })
  const screen = createScreen(terminal)
  screen.draw(['bar 1', 'trial a', 'trial b'], [])
  expect(terminal.cursorHidden()).toBe(true)
  screen.draw(['bar 2', 'trial c'], ['a ended', 'b ended'])
  expect(terminal.screen()).toEqual(['a ended', 'b ended', 'bar 2', 'trial c', ''])
  screen.draw(['bar 3', 'trial c'], [])
  expect(terminal.screen()).toEqual(['a ended', 'b ended', 'bar 3', 'trial c', ''])
})

test('closed, it leaves only what stays, and the cursor', () => {
  const terminal = createFakeTerminal({ columns: 40, rows: 10 })
  const screen = createScreen(terminal)
  screen.draw(['bar', 'trial'], ['ended'])
  screen.close()
  expect(terminal.screen()).toEqual(['ended', ''])
  expect(terminal.cursorHidden()).toBe(false)
})

test('a screen that was never drawn on writes nothing', () => {
  const terminal = createFakeTerminal({ columns: 40, rows: 10 })
  createScreen(terminal).close()
  expect(terminal.writes()).toBe(0)
})

test('a crash gives the cursor back, and no listener stays', () => {
  const terminal = createFakeTerminal({ columns: 40, rows: 10 })
  const before = process.listenerCount('exit')
  const screen = createScreen(terminal)
  screen.draw(['bar'], [])
  const restore = process.listeners('exit').at(-1)
  restore?.(0)
  expect(terminal.cursorHidden()).toBe(false)
  screen.close()
  expect(process.listenerCount('exit')).toBe(before)
})

// @vitest-environment jsdom
import { Terminal } from '@xterm/xterm'
import { expect, it } from 'vitest'
import { resetInTurn } from './reset-in-turn.ts'

it.each([
  '',
  '\u001b',
  '\u001b[31m',
  '\u001b[3',
  '\u001b]0;title',
  '\u001bPdata',
  '\u001b_data',
  '\u001b(0',
  '\u001b[?1049h',
])('nothing is left of what is not drawn yet, also where it ends with %j', async (end) => {
  const terminal = new Terminal({ allowProposedApi: true, cols: 40, rows: 5 })
  terminal.write(`${'old\r\n'.repeat(20)}old${end}`)
  resetInTurn(terminal)
  await new Promise<void>((resolve) => terminal.write('new', resolve))
  const { type, baseY, length } = terminal.buffer.active
  expect({ type, baseY, length }).toEqual({ type: 'normal', baseY: 0, length: 5 })
  const line = terminal.buffer.active.getLine(0)
  expect(line?.translateToString(true)).toBe('new')
  expect(line?.getCell(0)?.isFgDefault()).toBe(true)
  terminal.dispose()
})

import { expect, test } from 'vitest'
import { createStyle } from './style.ts'
import { renderTable } from './table.ts'
import { displayWidth } from './width.ts'

const columns = [{ title: 'task', flexible: true }, { title: 'outcome' }, { title: 'reward', align: 'right' as const }]
const rows = [
  ['a-task-with-a-long-name', { text: 'success', colour: 'green' as const }, '1'],
  ['日本語', 'failure', '0.25'],
]
const plain = createStyle(false)

test('columns are as wide as their widest cell, wide characters counted', () => {
  expect(renderTable(columns, rows, { maxWidth: null, style: plain })).toEqual([
    'task                     outcome  reward',
    'a-task-with-a-long-name  success       1',
    '日本語                   failure    0.25',
  ])
})

test('on a narrow terminal flexible columns give way, down to a name that can still be told', () => {
  const lines = renderTable(columns, rows, { maxWidth: 34, style: plain })
  expect(lines[1]).toBe('a-task-with-a-lo…  success       1')
  expect(Math.max(...lines.map(displayWidth))).toBe(34)
  expect(renderTable(columns, rows, { maxWidth: 5, style: plain })[1]).toBe('a-task-with…  success       1')
})

test('columns that are not flexible keep their width', () => {
  const lines = renderTable([{ title: 'a' }, { title: 'b', flexible: true }], [['x'.repeat(30), 'y'.repeat(30)]], {
    maxWidth: 50,
    style: plain,
  })
  expect(lines[1]).toBe(`${'x'.repeat(30)}  ${'y'.repeat(17)}…`)
})

test('colour changes no width', () => {
  const [, coloured = ''] = renderTable(columns, rows, { maxWidth: null, style: createStyle(true) })
  expect(coloured).toContain('\x1b[32msuccess\x1b[39m')
  expect(displayWidth(coloured)).toBe('a-task-with-a-long-name  success       1'.length)
})

import { expect, test } from 'vitest'
import { stripCanary } from './canary.ts'
import { assembleInstruction } from './instruction.ts'

test.each([
  ['<!-- canary GUID x -->\nDo it.\n', 'Do it.\n'],
  ['# CANARY x\n  <!-- a canary -->\n\n \nDo it.', 'Do it.'],
  ['\n\nDo it.', 'Do it.'],
  ['Do it.\n# canary', 'Do it.\n# canary'],
  ['# heading\n# canary\nDo', '# heading\n# canary\nDo'],
  ['<!-- canary\nDo', '<!-- canary\nDo'],
  ['# canary', ''],
  ['# canary\r\n\r\nDo\r\nit\r', 'Do\nit\n'],
])('%j is shown as %j', (text, shown) => expect(stripCanary(text)).toBe(shown))

test('extra instructions follow, files first', () => {
  expect(assembleInstruction('Do it.\n', ['file'], ['text', 'more'])).toBe('Do it.\n\n\nfile\n\ntext\n\nmore')
  expect(assembleInstruction('Do it.\n', [], [])).toBe('Do it.\n')
})

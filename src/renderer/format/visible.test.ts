import { expect, it } from 'vitest'
import { toVisible } from './visible.ts'

it('shows what a hostile name hides', () => {
  expect(toVisible('plain-näme 1.txt')).toBe('plain-näme 1.txt')
  expect(toVisible('a\u202Egpj.exe')).toBe('a\\u{202e}gpj.exe')
  expect(toVisible('x\u001b[2Jy\nz\t')).toBe('x\\e[2Jy\\nz\\t')
  expect(toVisible('re\u200Bsult')).toBe('re\\u{200b}sult')
  expect(toVisible('<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>')
})

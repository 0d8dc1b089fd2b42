import { expect, test } from 'vitest'
import { thrownBy } from '../thrown.testing.ts'
import { parseKwargs, parseVariables } from './key-value.ts'

test('settings are JSON where they can be, Python words too, else text', () => {
  const items = [
    'n=3',
    'f=1.5',
    't=true',
    'T=True',
    'F=False',
    'N=None',
    'l=[1,"a"]',
    'o={"a":1}',
    'q="quoted"',
    ' s = a=b ',
    'e=',
    'v=1.2.3',
  ]
  expect(parseKwargs('--ak', items)).toEqual({
    n: 3,
    f: 1.5,
    t: true,
    T: true,
    F: false,
    N: null,
    l: [1, 'a'],
    o: { a: 1 },
    q: 'quoted',
    s: 'a=b',
    e: '',
    v: '1.2.3',
  })
})

test('words that every object has are text', () => {
  expect(parseKwargs('--ak', ['a=toString', 'b=__proto__'])).toEqual({ a: 'toString', b: '__proto__' })
})

test('variables are text', () => {
  expect(parseVariables('--ae', ['A=1', 'B={"a":1}', 'C=x=y'])).toEqual({ A: '1', B: '{"a":1}', C: 'x=y' })
})

test('a value that was given without its name is not shown', () => {
  expect(thrownBy(() => parseVariables('--ae', ['my-secret-token'])).message).not.toContain('secret')
})

import { expect, it } from 'vitest'
import { quote } from './shell.ts'

it('quotes words for bash', () => {
  expect([quote('a/b.c'), quote(''), quote('a b'), quote("'")]).toEqual(['a/b.c', "''", "'a b'", `''\\'''`])
})

import { expect, test } from 'vitest'
import { parseVariables, toVariableLines } from './variables.ts'

test('a name alone passes on the host’s value', () => {
  expect(parseVariables('API_KEY\n  MODE=fast\n\n')).toEqual({
    values: { API_KEY: '${API_KEY}', MODE: 'fast' },
    wrong: [],
  })
})

test('what is no variable is named', () => {
  expect(parseVariables('1X=2\nA B\nOK=').wrong).toEqual(['1X=2', 'A B'])
})

test('values come back as they were', () => {
  const values = { A: 'x=y', B: 'two\nlines', C: ' spaces ', D: '"quoted"', E: '', F: '${F}', G: '${OTHER}' }
  expect(parseVariables(toVariableLines(values))).toEqual({ values, wrong: [] })
})

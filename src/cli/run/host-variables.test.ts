import { expect, test } from 'vitest'
import { thrownBy } from '../thrown.testing.ts'
import { confirmHostVariables, refuseMissingVariables } from './host-variables.ts'

const read = (name: string, isSet: boolean, hasDefault = false) => ({
  name,
  isSet,
  hasDefault,
  tasks: ['a', 'b', 'c', 'd'],
  servers: [],
})

function hostThatAnswers(answer: string | null) {
  const printed: string[] = []
  const asked: string[] = []
  const terminal =
    answer === null
      ? null
      : {
          ask: async (question: string) => {
            asked.push(question)
            return answer
          },
          askSecret: async () => '',
        }
  const stderr = { write: (data: string | Uint8Array) => printed.push(String(data)) > 0 }
  return { printed, asked, host: { terminal, stderr } }
}

const secret = { hostVariables: [read('API_KEY', true), read('UNSET', false, true)], missingKeys: [] }

test('variables that are set are listed and asked for once', async () => {
  const { printed, asked, host } = hostThatAnswers('y')
  await confirmHostVariables(secret, { yes: false, explicit: [] }, host)
  expect(asked).toHaveLength(1)
  expect(printed.join('')).toContain('API_KEY  (a, b, c and 1 more task)')
  expect(printed.join('')).not.toContain('UNSET')
})

test('tool servers that read one are named', async () => {
  const { printed, host } = hostThatAnswers('y')
  const token = { ...read('TOKEN', true), tasks: [], servers: ['github'] }
  await confirmHostVariables({ hostVariables: [token] }, { yes: false, explicit: [] }, host)
  expect(printed.join('')).toContain('TOKEN  (tool server github)')
})

test.each(['n', '', 'what'])('the answer %j starts nothing', async (answer) => {
  const { host } = hostThatAnswers(answer)
  await expect(confirmHostVariables(secret, { yes: false, explicit: [] }, host)).rejects.toMatchObject({
    code: 'cancelled',
  })
})

test('without a terminal it is wrong usage, and -y or --env-file the way', async () => {
  const { host } = hostThatAnswers(null)
  await expect(confirmHostVariables(secret, { yes: false, explicit: [] }, host)).rejects.toMatchObject({
    code: 'invalid-input',
  })
  await confirmHostVariables(secret, { yes: true, explicit: [] }, host)
  await confirmHostVariables(secret, { yes: false, explicit: ['API_KEY'] }, host)
})

test('what is needed and set nowhere is named before anything starts', () => {
  const hostVariables = [read('A', false), read('B', true), read('C', false, true)]
  const error = thrownBy(() => refuseMissingVariables({ hostVariables, missingKeys: ['A', 'K'] }))
  expect(error.code).toBe('invalid-input')
  expect(error.message).toMatch(/not set:\n {2}A .*\n {2}K$/)
  expect(() => refuseMissingVariables(secret)).not.toThrow()
})

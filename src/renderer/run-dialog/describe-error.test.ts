import { expect, test } from 'vitest'
import { AppError } from '../../contract/errors.ts'
import { missingVariable } from '../../core/agent/installed/missing-variable.ts'
import { fromErrorObject, toErrorObject } from '../../rpc/messages.ts'
import { inDialog } from './describe-error.ts'

/** As it comes from the engine. */
const told = (error: AppError): AppError => inDialog(fromErrorObject(toErrorObject(error)))

test('a key that is missing is set where the dialog has a place for it', () => {
  const error = told(missingVariable('agent pi needs a key', { anyOf: ['OPENAI_API_KEY'] }))
  expect(error.message).toBe('agent pi needs a key')
  expect(error.details.hint).toBe('set OPENAI_API_KEY under Variables, or in Settings → Keys')
})

test('where several would do, and a login, it says so', () => {
  const { hint } = told(missingVariable('no key', { anyOf: ['A', 'B'], hasLogin: true })).details
  expect(hint).toBe(
    'set one of them under Variables, or in Settings → Keys, or use the login of this host: credentials is "host"',
  )
})

test('other errors are left as they are', () => {
  const error = new AppError('invalid-input', 'no', { details: { hint: 'do', places: ['a'] } })
  expect(inDialog(error)).toBe(error)
})

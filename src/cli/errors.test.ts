import { expect, test } from 'vitest'
import { AppError } from '../contract/errors.ts'
import { describeError } from './errors.ts'
import { exitCodeOf } from './exit-codes.ts'
import { createStyle } from './text/style.ts'

const options = { debug: false, style: createStyle(false) }

test('what happened, what shows it, what to do; made harmless', () => {
  const error = new AppError('image-build-failed', 'the build of \x1b[2Jx failed', {
    details: { log: 'step 1\nstep 2\x1b]0;evil\x07\n', hint: 'look at it' },
  })
  expect(describeError(error, options)).toBe('error: the build of x failed\n  | step 1\n  | step 2\nhint: look at it\n')
})

test('a stack, with those of its causes, only for --debug', () => {
  const error = new AppError('storage-failed', 'no', { cause: new Error('because') })
  expect(describeError(error, options)).toBe('error: no\n')
  expect(describeError(error, { ...options, debug: true })).toMatch(
    /\n {2}AppError: no\n {6}at .*\n {2}caused by: Error: because\n/s,
  )
})

test('what nobody expected is told to be a mistake of ours', () => {
  expect(describeError(new TypeError('x is undefined'), options)).toMatch(
    /^error: x is undefined\nhint: .*mistake in tbcc.*--debug/,
  )
})

test('exit codes', () => {
  expect((['invalid-input', 'not-found', 'unsupported', 'already-exists'] as const).map(exitCodeOf)).toEqual([
    2, 2, 2, 2,
  ])
  expect((['busy', 'storage-full', 'backend-unavailable', 'internal'] as const).map(exitCodeOf)).toEqual([1, 1, 1, 1])
  expect(exitCodeOf('cancelled')).toBe(130)
})

import { expect, it } from 'vitest'
import { toAssertion } from './assertion.ts'

it('takes the lines that pytest marks', () => {
  const trace = [
    'def test_answer():',
    '>       assert read("/app/answer") == "42"',
    "E       AssertionError: assert '41' == '42'",
    'E         ',
    'E         - 42',
    'E         + 41',
    '',
    'tests/test_outputs.py:12: AssertionError',
  ].join('\n')
  expect(toAssertion({ message: 'The test failed in the call phase', trace }, 3)).toEqual([
    "AssertionError: assert '41' == '42'",
    '',
    '- 42',
  ])
})

it('takes the assertion of other runners, and what follows it', () => {
  const message = 'setup\nFileNotFoundError: [Errno 2] No such file: /app/x\n  at line 3'
  expect(toAssertion({ message, trace: null })).toEqual([
    'FileNotFoundError: [Errno 2] No such file: /app/x',
    '  at line 3',
  ])
  const compared = 'exit status, line 1:\n  expected 0\n  actual 127'
  expect(toAssertion({ message: compared, trace: null })[0]).toBe('exit status, line 1:')
  expect(toAssertion({ message: 'exit code 1\n\nmore', trace: null })).toEqual(['exit code 1', 'more'])
  expect(toAssertion({ message: null, trace: null })).toEqual([])
})

it('bounds what a hostile trace can show', () => {
  const lines = toAssertion({ message: 'x'.repeat(1_000_000), trace: 'y\n'.repeat(100_000) })
  expect(lines).toHaveLength(1)
  expect(lines[0]?.length).toBeLessThan(410)
})

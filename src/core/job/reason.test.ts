import { expect, test } from 'vitest'
import { reasonOf } from './reason.ts'

const nothing = { outcome: 'failure', reward: null, exception: null, tests: null, findings: [] } as const
const item = (name: string, status: 'passed' | 'failed') => ({
  name,
  status,
  durationMs: null,
  message: null,
  trace: null,
})

test.each([
  [{ ...nothing, outcome: 'success', exception: { type: 'X', message: 'y' } } as const, null],
  [{ ...nothing, exception: { type: 'ValueError', message: '\n  first line \nsecond' } }, 'first line'],
  [{ ...nothing, exception: { type: 'ValueError', message: ' ' } }, 'ValueError'],
  [{ ...nothing, findings: [{ kind: 'modified-test', message: 'a test was changed' }] } as const, 'a test was changed'],
  [
    { ...nothing, reward: 0, findings: [{ kind: 'tests-sought', message: 'read /tests' }] } as const,
    'the verifier gave 0',
  ],
  [
    { ...nothing, reward: 0, findings: [{ kind: 'log-cut', message: 'a log was cut' }] } as const,
    'the verifier gave 0',
  ],
  [{ ...nothing, reward: 0.5 }, 'the verifier gave 0.5'],
  [nothing, null],
])('%j', (end, reason) => {
  expect(reasonOf({ ...end, findings: [...end.findings] })).toBe(reason)
})

test('names the tests that failed, without what a terminal obeys, in at most 200 characters', () => {
  const items = [item('test_x.py::test_\u001b[31ma', 'failed'), item('ok', 'passed'), item('b'.repeat(300), 'failed')]
  const reason = reasonOf({ ...nothing, findings: [], tests: { passed: 1, failed: 2, skipped: 0, total: 3, items } })
  expect(reason).toMatch(/^2 of 3 tests failed: test_a, b+…$/)
  expect(reason).toHaveLength(200)
})

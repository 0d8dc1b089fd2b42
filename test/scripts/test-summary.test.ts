import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { closingReport, groupOf, groups, requiredGroups } from '../../scripts/lib/test-summary.mjs'

const podman = { group: 'podman', reason: 'needs podman: no engine answers' }
const skips = [
  { test: 'a', ...podman },
  { test: 'b', ...podman },
  { test: 'c', group: null, reason: 'not on this file system' },
]

test('skips are listed by reason and the counts stand alone on the last line', () => {
  const { lines, failures } = closingReport({ passed: 7, failed: 1, skips, flaky: [] }, requiredGroups(undefined))
  expect(lines).toEqual([
    'Skipped:',
    '  2 tests: needs podman: no engine answers',
    '  1 test: not on this file system',
    '7 passed, 1 failed, 3 skipped',
  ])
  expect(failures).toBe(1)
})

test('a skip of a required group is a failure', () => {
  const { lines, failures } = closingReport(
    { passed: 7, failed: 0, skips, flaky: [] },
    requiredGroups('docker, podman'),
  )
  expect(failures).toBe(2)
  expect(lines).toContain('TBCC_REQUIRE forbids to skip: a')
  expect(lines.at(-1)).toBe('7 passed, 2 failed, 1 skipped')
})

test('a misspelt group in TBCC_REQUIRE is a failure and not an open door', () => {
  const { lines, failures } = closingReport({ passed: 7, failed: 0, skips: [], flaky: [] }, requiredGroups('dokcer'))
  expect(failures).toBe(1)
  expect(lines.at(-1)).toBe('7 passed, 1 failed, 0 skipped')
})

test('a test that needed a second try is named with why its first failed', () => {
  const flaky = [{ test: 'a > b', error: 'it was late\nby a second' }]
  const { lines, failures } = closingReport({ passed: 7, failed: 0, skips: [], flaky }, requiredGroups(''))
  expect(failures).toBe(0)
  expect(lines).toContain('  a > b: it was late')
  expect(lines.at(-1)).toBe('7 passed, 0 failed, 0 skipped')
})

test('many second tries are failures', () => {
  const flaky = ['a', 'b', 'c'].map((name) => ({ test: name, error: 'late' }))
  const { lines, failures } = closingReport({ passed: 7, failed: 0, skips: [], flaky }, requiredGroups(''))
  expect(failures).toBe(3)
  expect(lines.at(-1)).toBe('4 passed, 3 failed, 0 skipped')
})

test('what CI requires are all the groups that there are', () => {
  const script = readFileSync(resolve(import.meta.dirname, '../../.ci/run'), 'utf8')
  const text = /TBCC_REQUIRE=\$\{TBCC_REQUIRE-([\w,]+)\}/.exec(script)?.[1]
  expect(requiredGroups(text)).toEqual({ required: [...groups], unknown: [] })
})

test('only a reason of the agreed form belongs to a group', () => {
  expect(groupOf('needs ssh: not installed: sshd')).toBe('ssh')
  expect(groupOf('needs luck: none left')).toBeNull()
  expect(groupOf('the disk is slow')).toBeNull()
})

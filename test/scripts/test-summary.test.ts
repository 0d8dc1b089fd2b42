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
  const { lines, failures } = closingReport({ passed: 7, failed: 1, skips }, requiredGroups(undefined))
  expect(lines).toEqual([
    'Skipped:',
    '  2 tests: needs podman: no engine answers',
    '  1 test: not on this file system',
    '7 passed, 1 failed, 3 skipped',
  ])
  expect(failures).toBe(1)
})

test('a skip of a required group is a failure', () => {
  const { lines, failures } = closingReport({ passed: 7, failed: 0, skips }, requiredGroups('docker, podman'))
  expect(failures).toBe(2)
  expect(lines).toContain('TBCC_REQUIRE forbids to skip: a')
  expect(lines.at(-1)).toBe('7 passed, 2 failed, 1 skipped')
})

test('a misspelt group in TBCC_REQUIRE is a failure and not an open door', () => {
  const { lines, failures } = closingReport({ passed: 7, failed: 0, skips: [] }, requiredGroups('dokcer'))
  expect(failures).toBe(1)
  expect(lines.at(-1)).toBe('7 passed, 1 failed, 0 skipped')
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

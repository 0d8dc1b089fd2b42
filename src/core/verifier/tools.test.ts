import { describe, expect, it } from 'vitest'
import { findToolTrouble, showsTestResults } from './tools.ts'

describe('findToolTrouble', () => {
  it.each([
    'E: Failed to fetch http://deb.example.org/pool/c/curl.deb  404  Not Found [IP: 1.2.3.4 80]',
    'E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?',
    "W: Failed to fetch http://x/InRelease  Temporary failure resolving 'x'",
    'E: dpkg was interrupted, you must manually run',
    'curl: (6) Could not resolve host: astral.example',
    'curl: (28) Operation timed out after 300000 milliseconds',
    '/tests/test.sh: line 7: curl: command not found',
    '/tests/test.sh: line 22: uvx: command not found',
    '/tests/test.sh: line 9: /root/.local/bin/env: No such file or directory',
    '  Caused by: dns error: failed to lookup address information',
    'error: Failed to fetch: `https://pypi.example/simple/pytest/`',
    'ERROR: Could not find a version that satisfies the requirement pytest==8.4.1 (from versions: none)',
    "fatal: unable to access 'https://git.example/x/': Could not resolve host: git.example",
  ])('sees %s', (line) => {
    expect(findToolTrouble(`some output\n${line}\nmore`)).toEqual([line.trim()])
  })

  it.each([
    'AssertionError: expected curl to be used',
    'FAILED test_outputs.py::test_x - assert 1 == 2',
    'Connection refused by the service under test',
    'the agent wrote: E: nothing',
    '/tests/test.sh: line 3: foo: command not found',
  ])('lets pass %s', (line) => {
    expect(findToolTrouble(line)).toEqual([])
  })
})

describe('showsTestResults', () => {
  it('knows a finished pytest run', () => {
    expect(showsTestResults('x\n==== 1 failed, 2 passed in 0.04s ====\n')).toBe(true)
    expect(showsTestResults('PASSED test_outputs.py::test_a')).toBe(true)
    expect(showsTestResults('uvx: command not found')).toBe(false)
  })
})

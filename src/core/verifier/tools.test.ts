import { describe, expect, it } from 'vitest'
import { findToolTrouble, showsTestResults } from './tools.ts'

describe('findToolTrouble', () => {
  it.each([
    'E: Failed to fetch http://deb.example.org/pool/c/curl.deb  404  Not Found [IP: 1.2.3.4 80]',
    'E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?',
    "W: Failed to fetch http://x/InRelease  Temporary failure resolving 'x'",
    'E: dpkg was interrupted, you must manually run',
    'curl: (6) Could not resolve host: astral.example',
    "curl: (7) Failed to connect to astral.example port 443 after 3 ms: Couldn't connect to server",
    'curl: (28) Failed to connect to astral.example port 443 after 130000 ms: Timeout was reached',
    'curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to astral.example:443 ',
    'Connecting to files.example (files.example)|203.0.113.7|:443... failed: Connection refused.',
    'wget: unable to resolve host address ‘files.example’',
    "wget: can't connect to remote host (203.0.113.7): Connection refused",
    'E: Failed to fetch http://deb.example.org/x.deb  Connection failed [IP: 127.0.0.1 3142]',
    "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError('<HTTPSConnection object at 0x7f>: refused')': /simple/pytest/",
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='pypi.example', port=443): Max retries exceeded with url: / (Caused by NewConnectionError('<HTTPSConnection object>: refused'))",
    'npm error network request to https://registry.example/x failed, reason: connect ECONNREFUSED 203.0.113.7:443',
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
    "curl: (7) Failed to connect to localhost port 8080 after 0 ms: Couldn't connect to server",
    "curl: (7) Failed to connect to 127.0.0.1 port 8080 after 0 ms: Couldn't connect to server",
    'curl: (7) Failed to connect to ::1 port 8080: Connection refused',
    'curl: (7) Failed to connect to 0.0.0.0 port 80 after 0 ms: Connection refused',
    'curl: (7) Failed to connect to app.localhost port 80 after 0 ms: Connection refused',
    "curl: (7) Failed to connect to 4f1c0a9be2d7 port 8080 after 0 ms: Couldn't connect to server",
    "curl: (7) Failed to connect to 172.17.0.2 port 8080 after 0 ms: Couldn't connect to server",
    'curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to localhost:8443 ',
    'curl: (22) The requested URL returned error: 502',
    'curl: (28) Operation timed out after 5000 milliseconds with 0 bytes received',
    'curl: (52) Empty reply from server',
    'curl: (56) Recv failure: Connection reset by peer',
    'Connecting to localhost (localhost)|127.0.0.1|:8080... failed: Connection refused.',
    'Connecting to localhost (localhost)|::1|:8080... failed: Connection refused.',
    'Connecting to [::1]:8080... failed: Connection refused.',
    "wget: can't connect to remote host (127.0.0.1): Connection refused",
    "wget: can't connect to remote host (172.17.0.2): Connection refused",
    'wget: server returned error: HTTP/1.1 404 Not Found',
    'urllib.error.URLError: <urlopen error [Errno 111] Connection refused>',
    "requests.exceptions.ConnectionError: HTTPConnectionPool(host='localhost', port=8080): Max retries exceeded with url: / (Caused by NewConnectionError('<HTTPConnection object>: refused'))",
    '    raise NewConnectionError(',
    'urllib3.exceptions.NewConnectionError: <urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused',
    'error: error sending request for url (http://127.0.0.1:8000/)',
    '  Caused by: tcp connect error: Connection refused (os error 111)',
    "fatal: unable to access 'http://localhost:3000/x.git/': Failed to connect to localhost port 3000",
    'npm error code ECONNREFUSED',
    'npm error network request to http://localhost:4873/x failed, reason: connect ECONNREFUSED 127.0.0.1:4873',
    'AssertionError: expected curl to be used',
    'FAILED test_outputs.py::test_x - assert 1 == 2',
    'Connection refused by the service under test',
    'the agent wrote: E: nothing',
    '/tests/test.sh: line 3: foo: command not found',
  ])('lets pass %s', (line) => {
    expect(findToolTrouble(line)).toEqual([])
  })
})

describe('lines that name no address', () => {
  it('are shown beside one that shows the trouble, what is about the container itself is not', () => {
    const output = [
      'curl: (22) The requested URL returned error: 503',
      "curl: (7) Failed to connect to localhost port 8080 after 0 ms: Couldn't connect to server",
      '/tests/test.sh: line 22: uvx: command not found',
    ]
    expect(findToolTrouble(output.join('\n'))).toEqual([output[0], output[2]])
  })
})

describe('showsTestResults', () => {
  it('knows a finished pytest run', () => {
    expect(showsTestResults('x\n==== 1 failed, 2 passed in 0.04s ====\n')).toBe(true)
    expect(showsTestResults('PASSED test_outputs.py::test_a')).toBe(true)
    expect(showsTestResults('uvx: command not found')).toBe(false)
  })
})

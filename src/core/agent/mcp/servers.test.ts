import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { AgentMcpServer } from '../../../contract/harbor/mcp-server.ts'
import { JobConfig } from '../../../contract/harbor/job-config.ts'
import { toJobConfigJson, toOwnConfigJson } from '../../job/harbor-write.ts'
import { bindServers, resolveServers, serverVariables } from './resolve.ts'
import { hideServerSecrets, serverSecrets } from './secrets.ts'

const stdio = (fields: Partial<z.input<typeof AgentMcpServer>> = {}): AgentMcpServer =>
  AgentMcpServer.parse({ name: 'local', transport: 'stdio', command: 'serve', ...fields })
const http = (fields: Partial<z.input<typeof AgentMcpServer>> = {}): AgentMcpServer =>
  AgentMcpServer.parse({ name: 'web', transport: 'http', url: 'http://web', ...fields })

describe('what a place says is a secret', () => {
  const hidden = (text: string): string | undefined => hideServerSecrets(stdio({ args: [text] }), {}).args[0]

  test.each([
    ['--token=sk-1', '--token=****'],
    ['GITHUB_TOKEN=ghp_1', 'GITHUB_TOKEN=****'],
    ['Authorization: Bearer sk-1', 'Authorization: Bearer ****'],
    ['--header=Authorization: Bearer sk-1', '--header=Authorization: Bearer ****'],
    ['postgresql://user:pass@host:5432/db', 'postgresql://user:****@host:5432/db'],
    ['--dsn=postgres://u:p@h/db?sslmode=require', '--dsn=postgres://u:****@h/db?sslmode=require'],
    ['https://tok@host/x', 'https://****@host/x'],
    ['https://host/mcp?api_key=k1&v=2&token=k2#x', 'https://host/mcp?api_key=****&v=2&token=****#x'],
    ['--token=sk-1${X}', '--token=****'],
  ])('is hidden in %s', (text, shown) => {
    expect(hidden(text)).toBe(shown)
  })

  test.each([
    'ssh://git@host/x',
    '@scope/server@1.2.3',
    '--max-tokens=5',
    '--auth-mode=oauth',
    '--token=${TOKEN}',
    'Authorization: Bearer ${TOKEN:-none}',
    'http://[::1]:80/@x',
    'https://host/?q=a:b@c',
    '--token=',
    'npx',
  ])('stands in %s nowhere', (text) => {
    expect(hidden(text)).toBe(text)
  })

  test('is what follows a flag, and no other flag', () => {
    const { args } = hideServerSecrets(stdio({ args: ['--api-key', 'sk-1', '--token', '--verbose', '-H', 'x'] }), {})
    expect(args).toEqual(['--api-key', '****', '--token', '--verbose', '-H', 'x'])
  })

  test('is the value of a variable or a header of such a name, unless it names one', () => {
    const env = { API_KEY: 'sk-1', SAME_KEY: 'sk-2', MODE: 'm', MY_TOKEN: '${GITHUB_TOKEN}', DSN: 'redis://:p@h' }
    expect(hideServerSecrets(stdio({ env }), { SAME_KEY: 'sk-2' }).env).toEqual({
      API_KEY: '****',
      SAME_KEY: '${SAME_KEY}',
      MODE: 'm',
      MY_TOKEN: '${GITHUB_TOKEN}',
      DSN: 'redis://:****@h',
    })
    const headers = { Authorization: 'Bearer sk-1', 'X-Api-Key': '${K}', Cookie: 'a=b', Accept: 'text/plain' }
    expect(hideServerSecrets(http({ url: 'http://u:p@web', headers }), { Authorization: 'Bearer sk-1' })).toMatchObject(
      {
        url: 'http://u:****@web',
        headers: { Authorization: 'Bearer ****', 'X-Api-Key': '${K}', Cookie: '****', Accept: 'text/plain' },
      },
    )
  })

  test('is what must not show up, and so is a variable of the host whose name says it', () => {
    const definition = http({
      url: 'http://web/${MY_TOKEN}/${REGION}',
      headers: { Authorization: 'Bearer literal-1234', 'X-Key': '${PLAIN}' },
    })
    const env = { MY_TOKEN: 'from-the-host', REGION: 'europe-west', PLAIN: 'by-its-place' }
    const [server = definition] = resolveServers([definition], env)
    expect(serverSecrets(server, definition, env)).toEqual(['literal-1234', 'by-its-place', 'from-the-host'])
    const short = http({ headers: { 'X-Key': '1234567' } })
    expect(serverSecrets(short, short, {})).toEqual([])
  })

  test('no text makes it throw, and hiding twice changes nothing', () => {
    const word = fc.constantFrom(
      'token',
      '=',
      ': ',
      '://',
      '@',
      ':',
      '?',
      '&',
      '${X}',
      '--',
      'Bearer ',
      'a',
      '\n',
      '****',
    )
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const once = hidden(words.join('')) ?? ''
        expect(hidden(once)).toBe(once)
      }),
    )
  })
})

test('a configuration that is written has templates and stars, and no field that says nothing', () => {
  const servers = [stdio({ args: ['--token', 'sk-literal'] }), http({ headers: { Authorization: 'Bearer ${TOKEN}' } })]
  const config = JobConfig.parse({ agents: [{ name: 'nop', mcp_servers: servers }] })
  const host = { TOKEN: 'sk-from-the-host' }
  const written: unknown = JSON.parse(toOwnConfigJson(config, host))
  expect(written).toMatchObject({ agents: [{ mcp_servers: [{ args: ['--token', '****'] }, { url: 'http://web' }] }] })
  expect(JSON.stringify(written)).not.toMatch(/sk-|"env"/)
  expect(JSON.stringify(written)).toContain('"headers":{"Authorization":"Bearer ${TOKEN}"}')
  expect(JSON.stringify(written).match(/headers/g)).toHaveLength(1)
  expect(toJobConfigJson(config, host)).not.toContain('headers')
})

describe('templates', () => {
  const server = stdio({
    command: '${BIN:-serve}',
    args: ['--dir', '/x/${DIR}'],
    env: { KEY: '${MY_KEY}' },
    headers: { A: '${HEADER:-}' },
  })

  test('are filled in everywhere, and all are listed', () => {
    expect(resolveServers([server], { DIR: 'd', MY_KEY: 'k' })).toMatchObject([
      { command: 'serve', args: ['--dir', '/x/d'], env: { KEY: 'k' }, headers: { A: '' } },
    ])
    expect(serverVariables([server])).toEqual([
      { name: 'BIN', hasDefault: true, server: 'local' },
      { name: 'DIR', hasDefault: false, server: 'local' },
      { name: 'MY_KEY', hasDefault: false, server: 'local' },
      { name: 'HEADER', hasDefault: true, server: 'local' },
    ])
    expect(() => resolveServers([server], { DIR: 'd' })).toThrow(
      'the host variable MY_KEY, which the tool server "local" reads, is not set',
    )
  })

  test('become references where a program has them, and so do secrets that stand there', () => {
    const env = { DIR: 'd"', MY_KEY: 'k' }
    const reference = {
      of: (name: string) => `{env:${name}}`,
      value: (text: string) => JSON.stringify(text).slice(1, -1),
    }
    const bound = bindServers([server, http({ headers: { 'X-Key': 'sk-1' } })], env, reference)
    expect(bound.servers).toMatchObject([
      { command: '{env:TBCC_MCP_1}', args: ['--dir', '{env:TBCC_MCP_2}'], env: { KEY: '{env:TBCC_MCP_3}' } },
      { url: 'http://web', headers: { 'X-Key': '{env:TBCC_MCP_5}' } },
    ])
    expect(bound.env).toEqual({
      TBCC_MCP_1: 'serve',
      TBCC_MCP_2: String.raw`/x/d\"`,
      TBCC_MCP_3: 'k',
      TBCC_MCP_4: '',
      TBCC_MCP_5: 'sk-1',
    })
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadMcpServers } from './mcp-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'mcp-'))
afterAll(() => rmSync(folder, { recursive: true }))

test.each<[string, string, unknown]>([
  [
    'claude.json',
    '{"mcpServers":{"a":{"command":"npx","args":["x"],"env":{"K":"v"}},"b":{"type":"http","url":"http://b","headers":{"H":"${X}"},"timeout":5}}}',
    [
      { name: 'a', transport: 'stdio', command: 'npx', args: ['x'], env: { K: 'v' } },
      { name: 'b', transport: 'http', url: 'http://b', headers: { H: '${X}' } },
    ],
  ],
  ['harbor.yaml', 'mcp_servers: [{name: a, url: "http://a"}]', [{ name: 'a', url: 'http://a' }]],
  [
    'task.toml',
    '[[environment.mcp_servers]]\nname = "a"\ntransport = "sse"\nurl = "http://a"\n',
    [{ name: 'a', transport: 'sse', url: 'http://a' }],
  ],
  ['empty.json', '{}', []],
])('%s', async (name, text, servers) => {
  writeFileSync(join(folder, name), text)
  expect(await loadMcpServers([name], folder)).toEqual(servers)
})

test.each([
  ['list.json', '{"mcpServers":{"a":"npx"}}', 'every server must be a table'],
  ['text.txt', '{}', 'ends in .json, .yaml, .yml or .toml'],
  ['broken.json', '{', '--mcp-config broken.json: '],
])('refuses %s', async (name, text, message) => {
  writeFileSync(join(folder, name), text)
  await expect(loadMcpServers([name], folder)).rejects.toThrow(message)
})

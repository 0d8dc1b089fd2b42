import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadMcpServers } from './mcp-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'mcp-'))
afterAll(() => rmSync(folder, { recursive: true }))

const A = { name: 'a', url: 'http://a' }

test.each<[string, string, unknown]>([
  [
    'claude.json',
    '{"mcpServers":{"a":{"command":"npx","args":["x"],"env":{"K":"v"}},"b":{"type":"http","url":"http://b","headers":{"H":"${X}"},"timeout":5}}}',
    [
      { name: 'a', transport: 'stdio', command: 'npx', args: ['x'], env: { K: 'v' } },
      { name: 'b', transport: 'http', url: 'http://b', headers: { H: '${X}' } },
    ],
  ],
  ['harbor.yaml', 'mcp_servers: [{name: a, url: "http://a"}]', [A]],
  [
    'task.toml',
    '[[environment.mcp_servers]]\nname = "a"\ntransport = "sse"\nurl = "http://a"\n',
    [{ name: 'a', transport: 'sse', url: 'http://a' }],
  ],
  ['empty.json', '{}', []],
  ['none.json', '{"mcpServers":{}}', []],
  ['null.yaml', 'mcp_servers:', []],
  ['both.json', '{"mcpServers":{},"mcp_servers":[{"name":"a","url":"http://a"}]}', [A]],
  ['beside.json', '{"$schema":"x","mcpServers":{"a":{"url":"http://a","comment":"mine","tags":[]}}}', [A]],
  ['named.toml', '[mcp_servers.a]\nurl = "http://a"\n', [A]],
])('%s', async (name, text, servers) => {
  writeFileSync(join(folder, name), text)
  expect(await loadMcpServers([name], folder)).toEqual(servers)
})

test.each([
  ['list.json', '{"mcpServers":{"a":"npx"}}', 'list.json: server "a": expected a table'],
  ['word.json', '{"mcpServers":"npx"}', 'word.json: expected servers by name, or a list of them'],
  ['text.txt', '{}', 'ends in .json, .yaml, .yml or .toml'],
  ['broken.json', '{', '--mcp-config broken.json: '],
  ['vscode.json', '{"servers":{}}', '--mcp-config vscode.json: expected "mcpServers", found "servers"'],
  ['task-without.toml', '[environment]\ncpus = 1', 'task-without.toml: expected "mcpServers", found "environment"'],
  [
    'typo.json',
    '{"mcpServers":{"a":{"comand":"x"}}}',
    '--mcp-config typo.json: server "a": unknown field comand; did you mean command?',
  ],
  [
    'dropped.json',
    '{"mcpServers":{"a":{"command":"x","arg":["y"]}}}',
    'server "a": unknown field arg; did you mean args?',
  ],
  [
    'lacks.json',
    '{"mcpServers":{"a":{"args":["x"]}}}',
    'lacks.json: server "a": url: is missing: transport sse needs it',
  ],
  ['stdio.yaml', 'mcp_servers: [{name: b, transport: stdio}]', 'server "b": command: is missing'],
  ['nameless.yaml', 'mcp_servers: [{name: b, url: x}, {url: z}]', 'server 2: name: '],
  [
    'several.json',
    '{"mcpServers":{"a":{"commnad":"x","args":"y"}}}',
    'server "a":\n  unknown field commnad; did you mean command?\n  args: ',
  ],
])('refuses %s', async (name, text, message) => {
  writeFileSync(join(folder, name), text)
  await expect(loadMcpServers([name], folder)).rejects.toThrow(message)
})

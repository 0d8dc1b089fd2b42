import { expect, test } from 'vitest'
import { JobConfig } from '../contract/harbor/job-config.ts'
import { fillRedacted } from './redacted.ts'

const server = {
  name: 's',
  transport: 'stdio' as const,
  command: 'serve',
  args: ['--token=****', 'x'],
  env: { API_KEY: '****', MODE: 'fast' },
  headers: { 'X-Key': 'Bearer ****' },
}
const config = JobConfig.parse({ agents: [{ name: 'nop', env: { KEY: '****' }, mcp_servers: [server] }] })

test('what nobody gives is named by its place', () => {
  const { missingSecrets, config: filled } = fillRedacted(config, { given: {}, hostEnv: {} })
  expect(missingSecrets).toEqual([
    'agents.0.env.KEY',
    'agents.0.mcp_servers.0.args.0',
    'agents.0.mcp_servers.0.env.API_KEY',
    'agents.0.mcp_servers.0.headers.X-Key',
  ])
  expect(filled).toEqual(config)
})

test('a place or a variable gives the text as a whole', () => {
  const given = { 'agents.0.env.KEY': 'k', 'agents.0.mcp_servers.0.args.0': '--token=t' }
  const hostEnv = { API_KEY: 'a', AGENTS_0_MCP_SERVERS_0_HEADERS_X_KEY: 'Bearer h' }
  const { missingSecrets, config: filled } = fillRedacted(config, { given, hostEnv })
  expect(missingSecrets).toEqual([])
  expect(filled.agents).toMatchObject([
    {
      env: { KEY: 'k' },
      mcp_servers: [
        { args: ['--token=t', 'x'], env: { API_KEY: 'a', MODE: 'fast' }, headers: { 'X-Key': 'Bearer h' } },
      ],
    },
  ])
})

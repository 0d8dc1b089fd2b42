import { expect, test } from 'vitest'
import { AgentConfig } from '../contract/harbor/common.ts'
import { createAcpRegistry } from '../node/acp-registry/acp-registry.ts'
import { createHostCredentials } from '../node/credentials/host-credentials.ts'
import { createHostTree } from '../node/host/host-tree.ts'
import { createToolchains } from '../node/toolchains/toolchains.ts'
import { selectAgents } from './select-agents.ts'

const sourcesOf = (env: Readonly<Record<string, string>>) => ({
  env,
  cwd: '/',
  host: createHostTree(),
  credentials: createHostCredentials({ env }),
  toolchains: createToolchains({ env }),
  acpRegistry: createAcpRegistry({ env, cwd: '/' }),
})
const config = (env: Readonly<Record<string, string>>) => AgentConfig.parse({ name: 'claude-code', env })

test('variables of the agent go over those of the host', async () => {
  const own = config({ ANTHROPIC_API_KEY: 'own', ANTHROPIC_MODEL: '${MODEL:-m}' })
  const [selected] = await selectAgents([own], sourcesOf({ ANTHROPIC_API_KEY: 'host' }))
  expect(selected?.agent.env).toMatchObject({ ANTHROPIC_API_KEY: 'own', ANTHROPIC_MODEL: 'm' })
})

test('a template that names nothing takes no other variable away', async () => {
  const [selected] = await selectAgents([config({ OTHER: '${NOT_SET}', ANTHROPIC_API_KEY: 'own' })], sourcesOf({}))
  expect(selected?.agent.env).toMatchObject({ ANTHROPIC_API_KEY: 'own' })
})

test('a key in a setting is refused before anything is kept', async () => {
  const own = config({ ANTHROPIC_API_KEY: 'own' })
  const kwargs = { config: { env: { ANTHROPIC_API_KEY: 'sk-0123456789' } } }
  await expect(selectAgents([{ ...own, kwargs }], sourcesOf({}))).rejects.toThrow('claude-code: config has a secret')
})

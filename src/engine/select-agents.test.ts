import { expect, test } from 'vitest'
import { AgentConfig } from '../contract/harbor/common.ts'
import { createAcpRegistry } from '../node/acp-registry/acp-registry.ts'
import { createHostCredentials } from '../node/credentials/host-credentials.ts'
import { createHostTree } from '../node/host/host-tree.ts'
import { loadListPrices } from '../node/prices/list-prices.ts'
import { createToolchains } from '../node/toolchains/toolchains.ts'
import { selectAgents } from './select-agents.ts'

const sourcesOf = (env: Readonly<Record<string, string>>) => ({
  env,
  cwd: '/',
  host: createHostTree(),
  credentials: createHostCredentials({ env }),
  toolchains: createToolchains({ env }),
  acpRegistry: createAcpRegistry({ env, cwd: '/' }),
  prices: loadListPrices,
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

test('a skill that is not there is refused before anything starts', async () => {
  const skilled = (skill: string) => ({ ...config({ ANTHROPIC_API_KEY: 'own' }), skills: [skill] })
  const file = import.meta.filename
  await expect(selectAgents([skilled('not/there')], sourcesOf({}))).rejects.toThrow('the skill /not/there is no folder')
  await expect(selectAgents([skilled(file)], sourcesOf({}))).rejects.toThrow('is no folder')
  await expect(selectAgents([skilled(import.meta.dirname)], sourcesOf({}))).rejects.toThrow('has no SKILL.md')
})

test('a key in a setting is refused before anything is kept', async () => {
  const own = config({ ANTHROPIC_API_KEY: 'own' })
  const kwargs = { config: { env: { ANTHROPIC_API_KEY: 'sk-0123456789' } } }
  await expect(selectAgents([{ ...own, kwargs }], sourcesOf({}))).rejects.toThrow('claude-code: config has a secret')
})

import { expect, test } from 'vitest'
import { describeOn } from '../support/machine.ts'
import { script, useModelServers } from '../support/model-server/index.ts'
import { solutionOf, useRealCli } from './real-cli.ts'
import { realCliSuite } from './real-suite.ts'

realCliSuite('codex', { model: 'gpt-5' })

describeOn(['docker', 'packages'], 'the real codex without its WebSocket', () => {
  const serve = useModelServers()
  const cli = useRealCli('codex')

  test('falls back to HTTP, and what it says of that is no failure', async () => {
    const sample = 'compact-allowlist'
    const scenario = script([{ calls: [{ shell: await solutionOf(sample, 'solution') }] }, { text: 'Done.' }])
    const server = await serve({ scenario, websocket: false })
    const { record } = await cli.run({ server, sample })
    expect(record, record.exception?.message).toMatchObject({ outcome: 'success', reward: 1, exception: null })
    expect(server.requests.map(({ transport }) => transport)).toEqual(['http', 'http'])
    expect(server.violations).toEqual([])
  })
})

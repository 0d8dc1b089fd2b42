import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { describeOn } from '../support/machine.ts'
import { script, useModelServers } from '../support/model-server/index.ts'
import { solutionOf, useRealCli } from './real-cli.ts'
import { realCliSuite } from './real-suite.ts'

realCliSuite('codex', { model: 'gpt-5', listPriceUsd: 0.001075 })

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

describeOn(['docker', 'packages'], "the real codex with this host's login", () => {
  const serve = useModelServers()
  const cli = useRealCli('codex')

  test('gets by with the access token, and no other token of it comes into the container', async () => {
    const [access, refresh] = [tokenThatExpires(Date.now() + 3_600_000), 'refresh-4b1f09c6']
    const folder = await mkdtemp(join(tmpdir(), 'tbcc-codex-login-'))
    onTestFinished(async () => rm(folder, { recursive: true }))
    const tokens = { id_token: 'identity-77', access_token: access, refresh_token: refresh, account_id: 'account-1' }
    await writeFile(join(folder, 'auth.json'), JSON.stringify({ auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens }))

    const sample = 'compact-allowlist'
    // What Codex keeps and is given goes where the test can look at it.
    const look = 'cp /tmp/codex-home/auth.json /logs/agent/seen.txt; env >> /logs/agent/seen.txt'
    const solve = await solutionOf(sample, 'solution')
    const server = await serve({ scenario: script([{ calls: [{ shell: `${look}\n${solve}` }] }, { text: 'Done.' }]) })
    const trial = await cli.run({ server, sample, kwargs: { credentials: 'host' }, hostEnv: { CODEX_HOME: folder } })

    expect(trial.record, trial.record.exception?.message).toMatchObject({ outcome: 'success', exception: null })
    expect(new Set(server.requests.map(({ key }) => key))).toEqual(new Set([access]))
    const seen = await trial.read('agent/seen.txt')
    expect(seen).toContain('"refresh_token": ""')
    expect(seen).not.toContain('CODEX_CHATGPT_ACCESS_TOKEN')
    expect(await trial.filesWith(refresh)).toEqual([])
    expect(await trial.filesWith('identity-77')).toEqual([])
  })
})

/** A JSON Web Token as a login has it, signed by nobody. */
function tokenThatExpires(at: number): string {
  const claims = { exp: Math.floor(at / 1000), 'https://api.openai.com/auth': { chatgpt_account_id: 'account-1' } }
  return [{ alg: 'none' }, claims, 'signature']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
}

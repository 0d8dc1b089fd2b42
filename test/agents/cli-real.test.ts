import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ensureBuilt } from '../support/built.ts'
import { runCli } from '../support/child.ts'
import { plainEnv } from '../support/engine.ts'
import { readTrialRecord, trialFolders } from '../support/job-folder.ts'
import { describeOn } from '../support/machine.ts'
import { script, useModelServers } from '../support/model-server/index.ts'
import { clientEnv } from '../support/package-clients.ts'
import { putFailedTriesAside } from '../support/tries.ts'
import { accessOf, MODELS, openSample, solutionOf } from './real-cli.ts'
import { CLI_VERSIONS } from './versions.ts'

/*
 * An installed agent by the command that a user types: what its flags mean is tested with the engine.
 */

const SAMPLE = 'nth-root-digits'

describeOn(['docker', 'packages'], 'tbcc run with a real agent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tbcc-cli-real-'))
  const serve = useModelServers()
  // Whoever comes first has some hundred megabytes brought.
  vi.setConfig({ testTimeout: 1_800_000 })
  beforeAll(async () => {
    await ensureBuilt()
    await openSample(SAMPLE, folder)
  })
  afterAll(async () => rm(folder, { recursive: true, force: true }))
  putFailedTriesAside(join(folder, 'jobs'))

  test.each(['claude-code', 'codex'] as const)('%s', async (agent) => {
    const server = await serve({
      scenario: script([{ calls: [{ shell: await solutionOf(SAMPLE, 'solution') }] }, { text: 'Done.' }]),
    })
    const settings = ['install=prepared', `version=${CLI_VERSIONS[agent].version}`].flatMap((text) => ['--ak', text])
    const limits = ['--ek', 'network=host', '--override-memory-mb', '2048', '--agent-setup-timeout-multiplier', '10']
    const args = ['run', '-p', SAMPLE, '-a', agent, '-m', MODELS[agent], ...settings, ...limits, '--job-name', agent]
    // Key and address are set where tbcc runs.
    const env = { ...plainEnv, ...clientEnv, ...accessOf(agent, server.url) }
    const { code, stdout, stderr } = await runCli(args, { cwd: folder, env })
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(new RegExp(`^✔ success {2}${SAMPLE} `, 'm'))
    const [trial = ''] = await trialFolders(join(folder, 'jobs', agent))
    expect(await readTrialRecord(trial)).toMatchObject({
      outcome: 'success',
      agent,
      agentSetup: { way: 'prepared', version: CLI_VERSIONS[agent].version },
      exception: null,
      findings: [],
    })
  })
})

import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { ensureBuilt } from '../support/built.ts'
import { runCli } from '../support/child.ts'
import { plainEnv, useJobs } from '../support/engine.ts'
import { readJson, trialFolders } from '../support/job-folder.ts'
import { describeOn } from '../support/machine.ts'
import { filesWith } from '../support/snapshot.ts'

/*
 * A key is given on the command line, written into the agent's own command, printed by the agent in one piece and in
 * pieces, written into its logs, into the artifacts and into the verifier's output. It may stand nowhere; what decides
 * the verdict is never rewritten.
 */

const SECRET = 'sk-proof-4f9d1e7ab2c84f6c'
const SHORT = 'abc1234'
/** Of the host, given on under names that say nothing. */
const JUDGE = 'sk-judge-90ab7c3de1f24586'

// Standard error comes first and alone: two streams reach the engine in no order that a test could count on.
const AGENT = `
echo "$API_KEY" >&2; sleep 0.4
echo "judge: $JUDGE"
echo "whole: $API_KEY"
half=$((\${#API_KEY} / 2))
printf '%s' "in pieces: \${API_KEY:0:$half}"; sleep 0.4; printf '%s\\n' "\${API_KEY:$half}"
printf 'short: %s\\n' "$TINY_KEY"
echo "$API_KEY" > /logs/agent/leak.txt
echo "{\\"key\\": \\"$API_KEY\\"}" > /logs/artifacts/leak.json
echo yes > /app/done
: it may even stand in the command: ${SECRET}`

const TESTS = `
echo "verifier saw $VERIFIER_TOKEN"
echo "verifier judges by $OWN_JUDGE"
echo '{"reward": 1}' > /logs/verifier/reward.json
printf '{"results": {"tests": [{"name": "%s", "status": "passed"}]}}' kept > /logs/verifier/ctrf.json`

describeOn('docker', 'secrets', () => {
  const jobs = useJobs('secrets')
  let printed: string
  let job: string

  beforeAll(async () => {
    await ensureBuilt()
    await jobs.task({
      name: 'leaky',
      solution: null,
      tests: TESTS,
      toml: '[verifier.env]\nOWN_JUDGE = "${VERIFIER_KEY}"',
    })
    const { code, stdout, stderr } = await runCli(
      [
        'run',
        '-p',
        join(jobs.tasks, 'leaky'),
        '-e',
        'docker',
        '-o',
        jobs.folder,
        '--job-name',
        'leaky',
        '--json',
        '--debug',
        '-y',
      ].concat(
        ['-a', 'command', '--ak', `run=${AGENT}`],
        ['--ae', `API_KEY=${SECRET}`, '--ae', `TINY_KEY=${SHORT}`, '--ve', `VERIFIER_TOKEN=${SECRET}`],
        ['--ae', 'JUDGE=${JUDGE_KEY}'],
      ),
      { env: { ...plainEnv, JUDGE_KEY: JUDGE, VERIFIER_KEY: JUDGE.toUpperCase() }, cwd: jobs.tasks },
    )
    printed = stdout + stderr
    job = join(jobs.folder, 'leaky')
    expect(code, stderr).toBe(0)
    jobs.expectWhole('leaky')
  })

  test('stand in no file, no event and no output', async () => {
    expect(await filesWith(jobs.folder, SECRET)).toEqual([])
    expect(printed).not.toContain(SECRET)
    expect(printed).not.toContain(SECRET.slice(0, 12))
    expect(printed, 'the command is told without it').toContain('it may even stand in the command: [REDACTED]')
  })

  test('nor do those that are given on under a harmless name', async () => {
    for (const secret of [JUDGE, JUDGE.toUpperCase()]) {
      expect(await filesWith(jobs.folder, secret)).toEqual([])
      expect(printed).not.toContain(secret)
    }
    expect(await filesWith(job, 'judge: [REDACTED]'), 'it was there to be hidden').not.toEqual([])
    expect(await filesWith(job, 'verifier judges by [REDACTED]')).not.toEqual([])
    expect(await filesWith(job, '${JUDGE_KEY}'), 'the template stands as it is').toContain('config.json')
  })

  test('what stood around them is kept', async () => {
    const [trial = ''] = await trialFolders(job)
    const files = await filesWith(trial, 'whole: ')
    expect(files).toEqual(expect.arrayContaining(['tbcc.output.log', 'agent/command.txt']))
    expect(await filesWith(trial, 'in pieces: [REDACTED]')).toEqual(
      expect.arrayContaining(['tbcc.output.log', 'agent/command.txt']),
    )
    expect(await filesWith(trial, '[REDACTED]')).toEqual(
      expect.arrayContaining(['agent/leak.txt', 'artifacts/logs/artifacts/leak.json', 'verifier/test-stdout.txt']),
    )
    expect(await filesWith(trial, `short: ${SHORT}`), 'short values are not looked for').toContain('tbcc.output.log')
  })

  test('the verdict is untouched', async () => {
    const [trial = ''] = await trialFolders(job)
    expect(await readJson(join(trial, 'result.json'))).toMatchObject({ verifier_result: { rewards: { reward: 1 } } })
    expect(await readJson(join(trial, 'verifier/ctrf.json'))).toMatchObject({ results: { tests: [{ name: 'kept' }] } })
  })

  test('a redacted setting is asked for again on resume', async () => {
    const again = await jobs.engine.prepareResume('leaky', { retryExceptions: null, secrets: {} })
    expect(again.missingSecrets).toEqual([
      'agents.0.env.API_KEY',
      'agents.0.env.TINY_KEY',
      'verifier.env.VERIFIER_TOKEN',
    ])
    expect(await readJson(join(job, 'config.json'))).toMatchObject({
      agents: [{ env: { API_KEY: '****' } }],
      verifier: { env: { VERIFIER_TOKEN: '****' } },
    })
  })
})

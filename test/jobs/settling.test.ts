import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { JobConfig } from '../../src/contract/harbor/job-config.ts'
import { createEngine } from '../../src/engine/index.ts'
import { plainEnv, toConfig, useJobs, type JobRequest } from '../support/engine.ts'
import { readJson } from '../support/job-folder.ts'
import { describeOn } from '../support/machine.ts'

/* What is settled before a job has a folder, and what of it still holds when the job is resumed. */

const UNSCORED = { tests: 'echo no reward' }
const AGAIN = { exceptions: ['RewardFileNotFoundError'] }
const WINDOWS = { environment: 'os = "windows"', files: { 'tests/test.bat': 'x' } }

describeOn('docker', 'settling and resuming', () => {
  const jobs = useJobs('settling')
  const cwd = (): string => dirname(jobs.folder)
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(cwd(), path)), { recursive: true })
    await writeFile(join(cwd(), path), text)
  }
  const prepare = async (request: JobRequest) =>
    jobs.engine.prepare({ config: toConfig(request, jobs.folder), backend: 'docker' })

  test('a task that cannot be hashed is told as invalid, and hides no other', async () => {
    const [good, bad] = [await jobs.task({ name: 'hashed' }), await jobs.task({ name: 'unhashed' })]
    await symlink(tmpdir(), join(bad, 'elsewhere'))
    const prepared = await prepare({ tasks: [bad, good] })
    expect(prepared.trials.map(({ taskName }) => taskName)).toEqual(['hashed'])
    expect(prepared.invalidTasks).toMatchObject([{ name: 'unhashed', issues: [{ file: '.', key: null }] }])
    await expect(prepare({ tasks: [bad] })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('leads to a folder outside the task') as unknown,
    })
  })

  test('what is refused whatever this host has set needs nothing of it', async () => {
    const toml = '[verifier.env]\nKEY = "${NOPE}"'
    const tasks = [
      await jobs.task({ ...WINDOWS, name: 'windows', toml }),
      await jobs.task({ name: 'too-big', environment: 'memory_mb = 99999999', toml }),
      await jobs.task({
        name: 'served',
        environment: 'skills_dir = "/skills"',
        toml,
      }),
    ]
    const agents = [{ name: 'command', kwargs: { run: 'true' } }]
    const refused = await prepare({ tasks, agents })
    expect(refused).toMatchObject({ hostVariables: [], missingKeys: [] })
    expect(refused.trials.map(({ refusal }) => refusal)).toEqual([
      expect.stringContaining('Windows'),
      expect.stringContaining('memory'),
      expect.stringContaining('skills'),
    ])
    const needed = await prepare({ tasks: [...tasks, await jobs.task({ name: 'runs', toml })], agents })
    expect(needed).toMatchObject({ hostVariables: [{ name: 'NOPE', tasks: ['runs'] }], missingKeys: ['NOPE'] })
  })

  test('where nothing is verified a task needs no tests, also to go on with it', async () => {
    const untested = await jobs.task({ name: 'untested', solution: 'exit 0' })
    await rm(join(untested, 'tests'), { recursive: true })
    await expect(prepare({ tasks: [untested] })).rejects.toThrow('the test script is missing')
    const installed = await jobs.run({ tasks: [untested], config: { install_only: true } })
    expect(installed.report.allJudged).toBe(true)
    const cancel = new AbortController()
    const stopped = await jobs.run({
      tasks: [untested],
      config: { verifier: { disable: true } },
      signals: { cancel: cancel.signal },
      onEvent: (_, { type }) => type === 'trial.started' && cancel.abort(),
    })
    expect(stopped.report.state).toBe('cancelled')
    const resumed = await jobs.resume(stopped.name)
    expect(resumed.of('untested').record).toMatchObject({ outcome: null, exception: null })
  })

  test('a job goes on from another folder, with the files that it named', async () => {
    await write('extra.md', 'More.\r\n')
    await write('setup.sh', 'echo ready > /ready')
    await write('ca.pem', 'certificates')
    const job = await jobs.run({
      tasks: [await jobs.task({ name: 'unscored', ...UNSCORED })],
      agents: [
        { name: 'command', kwargs: { setup: 'setup.sh', run: 'cat /ready; printf %s "$TBCC_INSTRUCTION" | tail -n1' } },
      ],
      config: { extra_instruction_paths: ['extra.md'], environment: { kwargs: { ca_bundle: 'ca.pem' } } },
    })
    expect(JobConfig.parse(await readJson(join(job.directory, 'config.json')))).toMatchObject({
      extra_instruction_paths: [join(cwd(), 'extra.md')],
      agents: [{ kwargs: { setup: join(cwd(), 'setup.sh') } }],
      environment: { kwargs: { ca_bundle: join(cwd(), 'ca.pem') } },
    })
    const elsewhere = join(cwd(), 'elsewhere')
    await mkdir(elsewhere, { recursive: true })
    const engine = createEngine({ jobsDir: jobs.folder, cwd: elsewhere, env: plainEnv, version: '0.0.0-test' })
    try {
      const resumed = await jobs.resume(job.name, { ...AGAIN, engine })
      const trial = resumed.of('unscored')
      expect(trial.record.replaced).toBe(1)
      expect(await trial.read('agent/command.txt')).toBe('ready\nMore.\n')
    } finally {
      await engine.dispose()
    }
    await write('extra.md', 'Less.\n')
    await expect(jobs.resume(job.name, AGAIN)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(join(cwd(), 'extra.md')) as unknown,
    })
  })

  test('a file that is not there is a mistake, before the job has a folder', async () => {
    const tasks = [await jobs.task({ name: 'plain' })]
    const missing: readonly JobRequest['config'][] = [
      { extra_instruction_paths: ['none.md'] },
      { environment: { kwargs: { ca_bundle: 'none.pem' } } },
      { agents: [{ name: 'command', kwargs: { run: 'true', setup: 'none.sh' } }] },
      { agents: [{ name: 'nop', skills: ['none'] }] },
    ]
    for (const config of missing) {
      const prepared = prepare({ tasks, config: { job_name: 'mistaken', ...config } })
      await expect(prepared).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:not-found|invalid-input)$/) as unknown,
        message: expect.stringContaining(join(cwd(), 'none')) as unknown,
      })
    }
    await expect(readFile(join(jobs.folder, 'mistaken', 'config.json'))).rejects.toThrow('ENOENT')
  })

  test('locks name the skills of a job with their digests', async () => {
    await write('skills/one/SKILL.md', '# One\n')
    const job = await jobs.run({
      tasks: [await jobs.task({ name: 'skilled' })],
      agents: [{ name: 'nop', skills: ['skills'] }],
    })
    const skills = [
      {
        name: 'one',
        source: join(cwd(), 'skills/one'),
        digest: expect.stringMatching(/^sha256:[\da-f]{64}$/) as unknown,
      },
    ]
    expect(await readJson(join(job.directory, 'lock.json'))).toMatchObject({ trials: [{ skills }] })
    expect(await readJson(join(job.of('skilled').directory, 'lock.json'))).toMatchObject({ skills })
  })

  test('the name of a job whose start was cut short is free, that of any other taken', async () => {
    const tasks = [await jobs.task({ name: 'named' })]
    await mkdir(join(jobs.folder, 'cut-short'), { recursive: true })
    await writeFile(join(jobs.folder, 'cut-short', '.tbcc.lock'), '')
    const job = await jobs.run({ tasks, config: { job_name: 'cut-short' } })
    expect(job.report.allJudged).toBe(true)
    await expect(prepare({ tasks, config: { job_name: 'cut-short' } })).rejects.toMatchObject({
      code: 'already-exists',
    })
  })
})

import { mkdtempSync } from 'node:fs'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ensureBuilt } from './support/built.ts'
import { CLI, runCli, start, startCli } from './support/child.ts'
import { containersOf, removeImage } from './support/engine-clients.ts'
import { plainEnv } from './support/engine.ts'
import { readJobRecord, trialFolders } from './support/job-folder.ts'
import { describeOn } from './support/machine.ts'
import { standInTask } from './support/stand-in.ts'
import { makeTask } from './support/tasks.ts'
import { putFailedTriesAside } from './support/tries.ts'

/*
 * Jobs from the command line on real Docker: what is printed where, exit codes, signals, and what the other commands
 * say afterwards. What a trial does is tested with the engine.
 */

const Images = z.object({ images: z.array(z.object({ name: z.string() })) })
const Line = z.looseObject({ stream: z.string(), seq: z.number(), type: z.string() })

describeOn('docker', 'tbcc run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tbcc-cli-run-'))
  const tbcc = async (...args: string[]) => runCli(args, { cwd: folder })

  const containersLeft = async (job: string): Promise<unknown> =>
    containersOf(new Set([(await readJobRecord(join(folder, 'jobs', job))).jobId]))

  /** What the one trial of a job has printed so far. */
  const outputOf = async (job: string): Promise<string> => {
    const [trial = ''] = await trialFolders(join(folder, 'jobs', job))
    return readFile(join(trial, 'tbcc.output.log'), 'utf8').catch(() => '')
  }

  beforeAll(async () => {
    await ensureBuilt()
    await makeTask(join(folder, 'good'), { name: 'one' })
    await makeTask(join(folder, 'good'), {
      name: 'two',
      tests: 'echo "\x1b[31mred\x1b[2J"; echo 0.5 > /logs/verifier/reward.txt',
    })
    await makeTask(folder, { name: 'odd', tests: 'true' })
    await makeTask(folder, { name: 'nosy', environment: 'env = { A = "${TBCC_TEST_A}", B = "${TBCC_TEST_B:-b}" }' })
  })
  afterAll(async () => rm(folder, { recursive: true, force: true }))
  putFailedTriesAside(join(folder, 'jobs'))

  describe('a job of two trials', () => {
    let ran: Awaited<ReturnType<typeof tbcc>>
    const trials = async (): Promise<string[]> =>
      (await readdir(join(folder, 'jobs', 'first'))).filter((name) => name.includes('__'))

    beforeAll(async () => {
      ran = await tbcc('run', '-p', 'good', '-a', 'oracle', '-n', '2', '--job-name', 'first', '--json')
    })

    test('was judged: exit code 0', () => {
      expect(ran.code, ran.stderr).toBe(0)
    })

    test('told every event on stdout, each with its stream, and nothing else', async () => {
      const events = ran.stdout
        .trimEnd()
        .split('\n')
        .map((line) => Line.parse(JSON.parse(line)))
      const streams = Map.groupBy(events, ({ stream }) => stream)
      const names = (await trials()).map((name) => `first/${name}`)
      expect([...streams.keys()].sort()).toEqual(['first', ...names].sort())
      for (const own of streams.values()) expect(own.map(({ seq }) => seq)).toEqual(own.map((_, index) => index + 1))
      expect(streams.get('first')?.at(0)?.type).toBe('job.started')
      expect(streams.get('first')?.at(-1)?.type).toBe('job.finished')
    })

    test('told people on stderr: lines, the table, both rates', () => {
      expect(ran.stderr).toMatch(/^first: 2 trials, 2 at once, on docker /)
      expect(ran.stderr).toMatch(/^✔ success {2}one {2}reward 1, /m)
      expect(ran.stderr).toMatch(/^✖ failure {2}two {2}reward 0\.5, /m)
      expect(ran.stderr).toMatch(/^task +agent +outcome +reward +tests +duration +blame$/m)
      expect(ran.stderr).toMatch(/^resolved\/N +1\/2 \(50%\)\nresolved\/judged +1\/2 \(50%\)$/m)
      expect(ran.stderr).toMatch(/^Results: +jobs\/first$/m)
      expect(ran.stderr).toMatch(/^Why it failed: tbcc show two__/m)
    })

    test('is listed, and shown with the answer first', async () => {
      expect((await tbcc('jobs')).stdout).toMatch(/^first +\S+ \S+ +completed +2 .* oracle +docker$/m)
      const { stdout } = await tbcc('show', 'first')
      expect(stdout).toMatch(/^resolved\/N +1\/2 \(50%\)\n/)
      expect(stdout).toMatch(/^first: completed in /m)
      expect(stdout).toContain('Spend: not measured')
    })

    test('shows a trial by name, by path and by job and name', async () => {
      const name = (await trials()).find((trial) => trial.startsWith('two__')) ?? ''
      for (const target of [
        name,
        `first/${name}`,
        'first/two',
        join('jobs', 'first', name),
        join(folder, 'jobs', 'first', name),
      ]) {
        const { code, stdout } = await tbcc('show', target)
        expect(code).toBe(0)
        expect(stdout).toMatch(/^✖ failure: two by oracle, attempt 1\nreward 0\.5, /)
        expect(stdout).toMatch(/^Blame: agent$/m)
        expect(stdout).toMatch(/^ {2}container {5}[0-9a-f]{12}$/m)
        expect(stdout).toMatch(/ verifier\/test-stdout\.txt$/m)
      }
      const other = await runCli(['show', join(folder, 'jobs', 'first', name)], { cwd: tmpdir() })
      expect(other.stdout).toMatch(/^✖ failure: two/)
    })

    test('shows phases that add up', async () => {
      const name = (await trials())[0] ?? ''
      const { stdout } = await tbcc('show', name)
      const seconds = [...stdout.matchAll(/^ {2}[a-z-]+ +(\d+\.\d)s$/gm)].map(([, value]) =>
        Math.round(Number(value) * 10),
      )
      expect(seconds).toHaveLength(8)
      expect(seconds.slice(0, -1).reduce((sum, value) => sum + value, 0)).toBe(seconds.at(-1))
    })

    test('prints output as raw bytes to a pipe', async () => {
      const name = (await trials()).find((trial) => trial.startsWith('two__')) ?? ''
      expect((await tbcc('logs', name)).stdout).toBe('\x1b[31mred\x1b[2J\n')
      expect((await tbcc('logs', name, '--phase', 'agent-execution')).stdout).toBe('')
      expect(await tbcc('logs', 'first')).toMatchObject({ code: 2, stdout: '' })
    })

    test('shows its events', async () => {
      const { stdout } = await tbcc('show', 'first', '--events')
      expect(stdout).toMatch(/^ {4}1 {2}\d\d:\d\d:\d\d {2}job\.started /)
      const json = await tbcc('show', 'first', '--events', '--json')
      expect(json.stdout.split('\n').length).toBe(stdout.split('\n').length)
    })

    test('has nothing left to resume, and its name is taken', async () => {
      expect(await tbcc('resume', 'first')).toMatchObject({ code: 2, stdout: '' })
      const again = await tbcc('run', '-p', 'good', '--job-name', 'first')
      expect(again.code).toBe(2)
      expect(again.stderr).toMatch(/exists already[^]*hint: .*tbcc resume first/)
    })

    test('is named with its place in advice, wherever the command finds it', async () => {
      await cp(join(folder, 'jobs', 'first'), join(folder, 'my jobs', 'first'), { recursive: true })
      const place = String.raw`-o 'my jobs'`
      expect((await tbcc('show', 'my jobs/first')).stdout).toMatch(
        new RegExp(`^Why it failed: tbcc show two__\\w+ ${place}\nIts output: +tbcc logs two__\\w+ ${place}$`, 'm'),
      )
      expect((await tbcc('logs', 'my jobs/first')).stderr).toContain(`hint: tbcc show first ${place} lists them\n`)
      expect((await tbcc('resume', join(folder, 'my jobs', 'first'))).stderr).toContain(
        `hint: tbcc show first ${place} `,
      )
      const taken = await tbcc('run', '-p', 'good', '--job-name', 'first', '-o', 'my jobs')
      expect(taken.stderr).toContain(`tbcc resume first ${place};`)
    })

    test('is found again by reindex', async () => {
      expect((await tbcc('reindex')).stdout).toMatch(
        /^The index of jobs was rebuilt from its files: \d+ jobs?, \d+ trials?, \d+ events\n$/,
      )
    })
  })

  test('a verifier that wrote no reward: exit code 1, and the task is to blame', async () => {
    const { code, stdout } = await tbcc('run', '-p', 'odd', '-q', '--job-name', 'odd')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^task /)
    expect(stdout).toMatch(/^odd .* ! error .* task: the verifier wrote neither .*reward\.txt$/m)
    expect(stdout).toMatch(/^resolved\/judged +0\/0$/m)
  })

  test('ended as asked, without a verdict: exit code 0', async () => {
    const { code, stdout } = await tbcc(
      'run',
      '-t',
      'good/one',
      '--disable-verification',
      '-q',
      '--job-name',
      'unverified',
    )
    expect(code).toBe(0)
    expect(stdout).toMatch(/· not verified/)
  })

  test('--dry-run shows what would run and leaves nothing', async () => {
    const { code, stdout } = await tbcc('run', '-p', 'good', '-k', '2', '--job-name', 'dry', '--dry-run')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^4 trials, 4 at once, on docker .*; nothing was started\nFolder: jobs\/dry\n/)
    expect(stdout).toMatch(/^debian:bookworm-slim +present /m)
    expect(stdout).toMatch(/^Space: about /m)
    expect(await readdir(join(folder, 'jobs'))).not.toContain('dry')
  })

  describe('tasks that give an agent no network', () => {
    const options = { cwd: folder, env: { ...plainEnv, ANTHROPIC_API_KEY: 'sk-of-nobody' } }

    test('are told of before anything is spent, where the agent asks a model', async () => {
      await makeTask(join(folder, 'mixed'), { name: 'open', network: 'public' })
      await makeTask(join(folder, 'mixed'), { name: 'shut' })
      await makeTask(join(folder, 'mixed'), { name: 'shut-too' })
      const dry = await runCli(['run', '-p', 'mixed', '-a', 'claude-code', '-k', '2', '--dry-run', '--json'], options)
      expect(dry.code, dry.stderr).toBe(0)
      const message = '2 of 3 tasks give the agent no network: claude-code will not reach its model there'
      expect(dry.stderr).toBe(`warning: ${message}\n`)
      expect(JSON.parse(dry.stdout)).toMatchObject({ warnings: [{ message, tasks: ['shut', 'shut-too'] }] })
      expect((await tbcc('run', '-p', 'mixed', '-a', 'oracle', '--dry-run')).stderr).toBe('')
    })

    test('are run all the same: an agent may bring its model along', async () => {
      await makeTask(folder, standInTask('self-sufficient', 'echo yes > /app/done'))
      const args = ['run', '-p', 'self-sufficient', '-a', 'claude-code', '--job-name', 'told']
      const dry = await runCli([...args, '--dry-run', '--json'], options)
      const { images } = Images.parse(JSON.parse(dry.stdout))
      try {
        const { code, stdout, stderr } = await runCli(args, options)
        expect(code, stderr).toBe(0)
        const warning = /^warning: 1 of 1 task gives the agent no network: claude-code will not reach its model there$/m
        expect(stderr).toMatch(warning)
        expect(stdout).toMatch(/^✔ success {2}self-sufficient /m)
        for (const trial of await trialFolders(join(folder, 'jobs', 'told'))) await rm(trial, { recursive: true })
        const resumed = await runCli(['resume', 'told'], options)
        expect(resumed.code, resumed.stderr).toBe(0)
        expect(resumed.stderr).toMatch(warning)
      } finally {
        for (const { name } of images) await removeImage(name)
      }
    })
  })

  describe('variables of the host', () => {
    const withEnv = async (env: Record<string, string>, ...args: string[]) =>
      runCli(['run', '-p', 'nosy', '-q', ...args], { cwd: folder, env: { ...plainEnv, ...env } })

    test('that are missing stop the job before it starts', async () => {
      const { code, stderr } = await withEnv({}, '-y')
      expect(code).toBe(2)
      expect(stderr).toMatch(/not set:\n {2}TBCC_TEST_A {2}\(nosy\)\nhint: /)
      expect((await withEnv({}, '--dry-run')).stdout).toMatch(
        /TBCC_TEST_A: MISSING[^]*TBCC_TEST_B: not set, has a default/,
      )
    })

    test('need a confirmation, which nobody can give without a terminal', async () => {
      const { code, stderr } = await withEnv({ TBCC_TEST_A: 'a' })
      expect(code).toBe(2)
      expect(stderr).toMatch(/read variables of this host:\n {2}TBCC_TEST_A {2}\(nosy\)\nhint: .*-y/)
    })

    test('are given by -y, or by a file for them', async () => {
      expect((await withEnv({ TBCC_TEST_A: 'a' }, '-y')).code).toBe(0)
      await writeFile(join(folder, 'vars'), 'TBCC_TEST_A=from-file\n')
      expect((await withEnv({}, '--env-file', 'vars', '--job-name', 'from-file')).code).toBe(0)
    })
  })

  test('Ctrl-C cancels: what there is stays, no container does, and the exit code is 130', async () => {
    await using child = startCli(
      ['run', '-p', 'good', '-a', 'command', '--ak', 'run=sleep 1000', '-n', '1', '--job-name', 'stopped'],
      { cwd: folder },
    )
    await child.until(/started {2}one/)
    child.signal('SIGINT')
    expect(await child.ended).toEqual({ code: 130, signal: null })
    expect(child.stdout()).toMatch(/^Stopping: .*Ctrl-C again gives up at once/m)
    expect(child.stdout()).toMatch(/^one +command +- aborted .* user: cancelled$/m)
    expect(child.stdout()).toMatch(/^What is left: +tbcc resume stopped$/m)
    expect((await tbcc('jobs')).stdout).toMatch(/^stopped .* cancelled /m)
    expect(await containersLeft('stopped')).toEqual([])
  })

  test('a secret is kept nowhere: resume takes it from the environment, or says which it needs', async () => {
    const args = ['-a', 'command', '--ak', 'run=[ "$API_KEY" = very-secret ] && echo yes > /app/done || sleep 1000']
    const env = { ...plainEnv, API_KEY: undefined }
    const run = ['run', '-t', 'good/one', ...args, '--ae', 'API_KEY=other-secret', '--job-name', 'secret']
    await using child = startCli(run, { cwd: folder, env })
    await child.until(/started {2}one/)
    child.signal('SIGTERM')
    expect((await child.ended).code).toBe(130)

    const refused = await runCli(['resume', 'secret'], { cwd: folder, env })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/secrets and were kept nowhere: agents\.0\.env\.API_KEY\nhint: set API_KEY/)
    const resumed = await runCli(['resume', 'secret', '-q'], { cwd: folder, env: { ...env, API_KEY: 'very-secret' } })
    expect(resumed).toMatchObject({ code: 0, stderr: '' })
    expect(resumed.stdout).toMatch(/^one +command +✔ success /m)
  })

  describe('following a trial that another process runs', () => {
    const follow = async (job: string) => {
      const [trial = ''] = await trialFolders(join(folder, 'jobs', job))
      return startCli(['logs', '-f', basename(trial)], { cwd: folder })
    }

    test('ends with it, and has every byte', async () => {
      const command = 'seq 1 20000; sleep 2; seq 20001 40000'
      const run = ['run', '-t', 'good/one', '-a', 'command', '--ak', `run=${command}`, '--job-name', 'followed']
      await using child = startCli(run, { cwd: folder })
      await expect.poll(async () => outputOf('followed'), { timeout: 60_000 }).toContain('1\n')
      await using follower = await follow('followed')
      expect((await follower.ended).code, follower.stderr()).toBe(0)
      expect((await child.ended).code).toBe(0)
      const output = await outputOf('followed')
      expect(output).toMatch(/^1\n[^]*\n40000\n/)
      expect(follower.stdout()).toBe(output)
      expect(follower.stderr()).toBe('')
    })

    test('ends where that process was killed, and says so', async () => {
      const run = [
        'run',
        '-t',
        'good/one',
        '-a',
        'command',
        '--ak',
        'run=echo half; sleep 1000',
        '--job-name',
        'killed',
      ]
      await using child = startCli(run, { cwd: folder })
      await expect.poll(async () => outputOf('killed'), { timeout: 60_000 }).toContain('half')
      await using follower = await follow('killed')
      await follower.until(/half/)
      child.signal('SIGKILL')
      await child.ended
      expect((await follower.ended).code, follower.stderr()).toBe(0)
      expect(follower.stdout()).toBe('half\n')
      expect(follower.stderr()).toMatch(/^one__\w+ was interrupted, and nobody runs its job now: tbcc resume killed\n$/)
      await tbcc('clean')
      await expect.poll(async () => containersLeft('killed'), { timeout: 60_000 }).toEqual([])
    })
  })

  test('a second Ctrl-C gives up at once', async () => {
    const command = 'trap "" TERM; echo deaf; while :; do sleep 1; done'
    await using child = startCli(
      ['run', '-t', 'good/one', '-a', 'command', '--ak', `run=${command}`, '--job-name', 'forced', '--debug'],
      { cwd: folder },
    )
    await child.until(/agent-setup/)
    // Before it is deaf the first Ctrl-C is enough.
    await expect.poll(async () => outputOf('forced'), { timeout: 60_000 }).toContain('deaf')
    child.signal('SIGINT')
    await child.until(/Stopping/)
    // Not the same keypress any more.
    await new Promise((resolve) => setTimeout(resolve, 400))
    child.signal('SIGINT')
    expect((await child.ended).code).toBe(130)
    expect(child.stdout()).toContain('Giving up at once')
    // What an engine was too busy for before the certain end of the process is up to the next start.
    if (!child.stdout().includes('What is left:')) await tbcc('clean')
    await expect.poll(async () => containersLeft('forced'), { timeout: 60_000 }).toEqual([])
  })

  // On a terminal; `script` belongs to every Debian, but not to every system.
  describe.skipIf(process.platform !== 'linux')(
    'on a terminal',
    { meta: { skipReason: 'needs script(1) of util-linux' } },
    () => {
      const onTerminal = async (...args: string[]): Promise<{ code: number | null; stdout: string }> => {
        const quoted = [process.execPath, CLI, ...args].map((word) => `'${word}'`).join(' ')
        await using child = start(
          'script',
          ['--quiet', '--return', '--command', `stty cols 90 rows 20; ${quoted}`, '/dev/null'],
          {
            cwd: folder,
            env: { ...plainEnv, TERM: 'xterm-256color' },
          },
        )
        return { code: (await child.ended).code, stdout: child.stdout() }
      }

      test('the view is drawn anew, taken away, and leaves what ended', async () => {
        const { code, stdout } = await onTerminal('run', '-p', 'good', '-n', '1', '--job-name', 'live')
        expect(code).toBe(0)
        expect(stdout).toContain('\x1b[?25l')
        expect(stdout).toMatch(/░+ 0\/2 {2}0 passed · 0 failed · 0 errors · 2 remaining/)
        expect(stdout).toMatch(/one {2}\x1b\[36magent-execution/)
        // After the last frame: the lines are erased, the cursor is back, and the table follows.
        const end = stdout.slice(stdout.lastIndexOf('\x1b[J'))
        expect(end).toMatch(/^\x1b\[J\x1b\[\?25h\r\n\x1b\[1mtask /)
        expect(end).not.toContain('remaining')
      })

      test('logs keep their colours and nothing else', async () => {
        await tbcc('run', '-t', 'good/two', '-q', '--job-name', 'logged')
        const trial = (await readdir(join(folder, 'jobs', 'logged'))).find((name) => name.startsWith('two__')) ?? ''
        expect((await onTerminal('logs', trial)).stdout).toBe('\x1b[31mred\r\n\x1b[0m')
      })

      test('NO_COLOR is honoured', async () => {
        expect((await onTerminal('show', 'first')).stdout).toContain('\x1b[1mtask')
        const quoted = `'${process.execPath}' '${CLI}' show first`
        await using child = start('script', ['--quiet', '--return', '--command', quoted, '/dev/null'], {
          cwd: folder,
          env: { ...plainEnv, NO_COLOR: '1' },
        })
        await child.ended
        expect(child.stdout()).toMatch(/^task /m)
        expect(child.stdout()).not.toContain('\x1b')
      })
    },
  )
})

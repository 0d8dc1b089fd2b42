import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { cp, mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createOwnerId } from '../src/node/host/owner.ts'
import { createPartStore } from '../src/node/toolchains/part-store.ts'
import { ensureBuilt } from './support/built.ts'
import { CLI, runCli, startNode } from './support/child.ts'
import { plainEnv, projectRoot } from './support/engine.ts'
import { describeOn, dockerSocket, fixturesFolder } from './support/machine.ts'
import { BASE_IMAGE, makeTask } from './support/tasks.ts'

/*
 * The built command as a child process: what it prints where, and its exit codes. What runs tasks is in
 * cli-run.test.ts.
 */

const SAMPLES = join(projectRoot, 'resources', 'samples')
const folder = mkdtempSync(join(tmpdir(), 'tbcc-cli-'))
const tbcc = async (...args: string[]) => runCli(args, { cwd: folder })

beforeAll(ensureBuilt)
afterAll(async () => rm(folder, { recursive: true, force: true }))

describe('the command', () => {
  test('is executable and prints its version', async () => {
    const manifest: unknown = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
    const { code, stdout, stderr } = await tbcc('--version')
    expect({ code, stderr, version: stdout.trim() }).toEqual({ code: 0, stderr: '', version: versionOf(manifest) })
    expect(statSync(CLI).mode & 0o111).toBe(0o111)
    expect(readFileSync(CLI, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  })

  test('says at once that a Node is too old, and loads nothing else', async () => {
    const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.18.1'}})`
    const child = startNode(['--import', old, CLI, 'tasks'], { cwd: folder })
    expect((await child.ended).code).toBe(2)
    expect(child.stderr()).toMatch(/needs Node 22\.12 or newer; this is Node 20\.18\.1/)
    expect(child.stdout()).toBe('')
  })

  test('explains itself', async () => {
    const help = await tbcc('--help')
    expect(help).toMatchObject({ code: 0, stderr: '' })
    for (const name of [
      'tasks',
      'run',
      'resume',
      'jobs',
      'show',
      'logs',
      'clean',
      'doctor',
      'reindex',
      'serve',
      'rpc',
      'completion',
    ]) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    }
    expect((await tbcc('run', '--help')).stdout).toContain('--n-concurrent-agents')
    expect(await tbcc()).toMatchObject({ code: 2, stdout: '' })
  })

  test.each([
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['run', '--n-atempts', '3'], /unknown option '--n-atempts'\n\(Did you mean --n-attempts\?\)/],
    [['run', '-p', SAMPLES, '--upload'], /--upload is a flag of Harbor's that tbcc does not support yet/],
    [['run', '-p', SAMPLES, '--user-agent', 'nop'], /--user-agent is a flag of Harbor's/],
    [['run'], /nothing was chosen to run\nhint: .*-p PATH/],
    [['run', '-p', 'nowhere'], /no such folder/],
    [['run', '-p', SAMPLES, '-k', 'many'], /whole number of at least 1/],
    [['run', '-p', SAMPLES, '-e', 'daytona'], /does not support this environment/],
    [['run', '-p', SAMPLES, '-a', 'nobody'], /there is no agent "nobody"\nhint: agents: oracle/],
    [['run', '-p', SAMPLES, '-a', 'claud-code'], /"claud-code"; did you mean claude-code\?\nhint: agents: oracle/],
    [['run', '-p', SAMPLES, '--ek', 'nonsense=1'], /nonsense/],
    [['run', '-p', SAMPLES, '-i', 'no-such-task'], /error: /],
    [['run', '-c', 'missing.yaml'], /no such file/],
    [['run', '-p', SAMPLES, '--dry-run', '--print-config'], /--dry-run and --print-config were given/],
    [['logs', 'some-trial', '--phase', 'nap'], /Allowed choices are queued, /],
    [['show', 'some-job'], /there is no job or trial "some-job"\nhint: /],
    [['resume', 'some-job'], /there is no job "some-job"/],
    [['tasks', '-p', 'nowhere'], /error: /],
  ])('%j is wrong usage: exit code 2, and no stack', async (args, message) => {
    const { code, stdout, stderr } = await tbcc(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test('shows a stack with --debug only', async () => {
    expect((await tbcc('show', 'some-job', '--debug')).stderr).toMatch(/\n\s+at /)
  })

  test('ends quietly where nobody reads on', async () => {
    const child = spawn(process.execPath, [CLI, 'tasks', '-p', SAMPLES, '--json'], {
      env: { ...plainEnv },
      cwd: folder,
    })
    child.stdout.destroy()
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    await once(child, 'close')
    expect({ code: child.exitCode, errors }).toEqual({ code: 0, errors: '' })
  })
})

describe('tbcc tasks', () => {
  test('lists the samples', async () => {
    const { code, stdout } = await tbcc('tasks', '-p', SAMPLES)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^task +difficulty +category/)
    expect(stdout).toMatch(/\n\d\d tasks in /)
    const { stdout: json } = await tbcc('tasks', '-p', SAMPLES, '--json')
    const listing = z
      .object({ path: z.string(), tasks: z.array(z.looseObject({ valid: z.literal(true) })) })
      .parse(JSON.parse(json))
    expect(listing.path).toBe(SAMPLES)
    expect(listing.tasks.length).toBeGreaterThanOrEqual(10)
  })

  test('lists an invalid task with what is wrong, and hides none for it', async () => {
    const tasks = join(folder, 'mixed')
    await makeTask(tasks, { name: 'sound' })
    await makeTask(tasks, { name: 'broken', toml: '[[steps]]\nname = 3' })
    const { code, stdout } = await tbcc('tasks', '-p', tasks)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^sound /m)
    expect(stdout).toMatch(/invalid: broken\n {2}task\.toml: steps\[0\]\.name: /)
    expect(stdout).toMatch(/1 task, 1 invalid in mixed/)
  })

  test('a folder without tasks is nothing to list', async () => {
    await mkdir(join(folder, 'empty'), { recursive: true })
    const { code, stdout } = await tbcc('tasks', '-p', 'empty')
    expect(code).toBe(2)
    expect(stdout).toContain('No tasks in empty')
  })
})

describe('tbcc tasks of other places', () => {
  const Listing = z.object({ path: z.string(), tasks: z.array(z.object({ name: z.string() })) })
  const namesIn = async (...args: string[]) => {
    const { stdout } = await tbcc('tasks', '--json', ...args)
    return Listing.parse(JSON.parse(stdout)).tasks.map(({ name }) => name)
  }

  test('-r looks into folders of folders', async () => {
    await makeTask(join(folder, 'nested'), { name: 'top' })
    await makeTask(join(folder, 'nested', 'some', 'where'), { name: 'deep' })
    expect(await namesIn('-p', 'nested')).toEqual(['top'])
    expect((await namesIn('-p', 'nested', '-r')).sort()).toEqual(['deep', 'top'])
  })

  test('the samples are listed where the user has no tasks', async () => {
    const home = join(folder, 'no-home')
    await mkdir(home, { recursive: true })
    const { stdout } = await runCli(['tasks', '--json'], { cwd: folder, env: { ...plainEnv, HOME: home } })
    expect(Listing.parse(JSON.parse(stdout)).path).toBe(SAMPLES)
  })

  test('what is not supported yet is said of one task, of several and of all', async () => {
    await makeTask(join(folder, 'later'), { name: 'one', network: 'allowlist' })
    const remark = /^task .* not supported yet\n(?:.*\n)*one .*allowlist/m
    expect((await tbcc('tasks', '-p', 'later')).stdout).toMatch(remark)
    await makeTask(join(folder, 'later'), { name: 'two' })
    expect((await tbcc('tasks', '-p', 'later')).stdout).toMatch(remark)
    expect((await tbcc('tasks', '-p', 'later/two')).stdout).not.toContain('not supported')
  })

  test('of a registry with several datasets one is chosen', async () => {
    await makeTask(join(folder, 'listed'), { name: 'a' })
    await makeTask(join(folder, 'listed'), { name: 'b' })
    const dataset = (name: string, version: string, task: string) => {
      return { name, version, description: '', tasks: [{ name: task, path: task }] }
    }
    const registry = [dataset('first', '1', 'a'), dataset('second', '1', 'a'), dataset('second', '2', 'b')]
    await writeFile(join(folder, 'listed', 'registry.json'), JSON.stringify(registry))
    const several = await tbcc('tasks', '-p', 'listed/registry.json')
    expect(several.code).toBe(2)
    expect(several.stderr).toMatch(/hint: choose one with -d: first, second/)
    expect(await namesIn('-p', 'listed/registry.json', '-d', 'first')).toEqual(['a'])
    expect(await namesIn('-p', 'listed', '-d', 'second@1')).toEqual(['a'])
    expect(await namesIn('-p', 'listed', '-d', 'second@2')).toEqual(['b'])
    expect(await tbcc('tasks', '-d', 'first')).toMatchObject({ code: 2, stdout: '' })
    const run = await tbcc('run', '-p', 'listed/registry.json', '--print-config')
    expect(run.stderr).toMatch(/this is no folder\nhint: .*-d NAME --registry-path PATH/)
  })
})

const Examined = z.object({
  backends: z.array(z.looseObject({ name: z.string(), available: z.boolean() })),
  chosen: z.object({ name: z.string(), reason: z.string() }).nullable(),
  disks: z.array(z.object({ backend: z.string(), path: z.string(), freeBytes: z.number() })),
  imagesOn: z.string().nullable(),
  images: z.array(
    z.object({ name: z.string(), built: z.boolean(), present: z.boolean(), sizeBytes: z.number().nullable() }),
  ),
})

describe('tbcc doctor', () => {
  const none = { ...plainEnv, DOCKER_HOST: 'unix:///nowhere', TBCC_PODMAN_SOCKET: '/nowhere' }

  test('without an engine says why, and what is left', async () => {
    const { code, stdout } = await runCli(['doctor'], { cwd: folder, env: none })
    expect(stdout).toMatch(/^✖ docker: .*no socket at unix:\/\/\/nowhere/m)
    expect(stdout).toMatch(/^✖ podman: /m)
    // Whether the sandbox can be used is up to the machine.
    expect([code, /^-e auto takes sandbox: no Docker: /m.test(stdout)]).toEqual(
      stdout.includes('✔ sandbox') ? [0, true] : [1, false],
    )
    const asked = await runCli(['doctor', '-e', 'docker'], { cwd: folder, env: none })
    expect(asked.code).toBe(1)
    expect(asked.stdout).toMatch(/^Nothing can be run here: docker is not available$/m)
  })

  test('of a place where nothing is, or a backend that nobody has, is wrong usage', async () => {
    const { code, stdout, stderr } = await tbcc('doctor', 'nowhere')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^error: .*nowhere does not exist/)
    expect(await tbcc('doctor', '-e', 'daytona')).toMatchObject({ code: 2, stdout: '' })
  })
})

describeOn('docker', 'tbcc doctor of a dataset', () => {
  const examine = async (env: Readonly<Record<string, string | undefined>>, ...args: string[]) => {
    const { code, stdout, stderr } = await runCli(['doctor', 'imaged', '--json', ...args], { cwd: folder, env })
    return { code, stderr, found: Examined.parse(JSON.parse(stdout)) }
  }
  const built = expect.stringMatching(/^tbcc-environment:[0-9a-f]+$/) as unknown
  const expected = [
    { name: BASE_IMAGE, built: false, present: true, sizeBytes: expect.any(Number) as unknown },
    { name: 'tbcc-test/missing:1', built: false, present: false, sizeBytes: null },
    { name: built, built: true, present: false, sizeBytes: null },
  ]

  beforeAll(async () => {
    await makeTask(join(folder, 'imaged'), { name: 'a' })
    await makeTask(join(folder, 'imaged'), { name: 'b', image: 'tbcc-test/missing:1' })
    await makeTask(join(folder, 'imaged'), { name: 'c', dockerfile: `FROM ${BASE_IMAGE}\nRUN echo never built\n` })
    // On a new machine the base image is not there yet.
    await tbcc('run', '-t', 'imaged/a', '-a', 'nop', '-e', 'docker', '-q', '-o', 'fetched')
  })

  test('tells images that are there, that are missing and that are built', async () => {
    const { code, found } = await examine(plainEnv)
    expect([code, found.chosen?.name, found.imagesOn]).toEqual([0, 'docker', 'docker'])
    expect(found.images).toEqual(expected)
    const { stdout } = await tbcc('doctor', 'imaged')
    expect(stdout).toMatch(/^image on docker +state +size$/m)
    expect(stdout).toMatch(/^tbcc-test\/missing:1 +missing: pulled by the first trial/m)
    expect(stdout).toMatch(/^tbcc-environment:\w+ +missing: built by the first trial/m)
  })

  test('says nothing of images on the sandbox, which has none', async () => {
    const { found } = await examine(plainEnv, '-e', 'sandbox')
    expect([found.imagesOn, found.images]).toEqual([null, []])
  })

  test('looks at Podman where it is asked for, and says how to take it', async () => {
    // Any engine that answers at Podman's socket is one for this.
    const env = { ...plainEnv, DOCKER_HOST: 'unix:///nowhere', TBCC_PODMAN_SOCKET: dockerSocket }
    const { code, found } = await examine(env, '-e', 'podman')
    expect([code, found.chosen?.name, found.imagesOn]).toEqual([0, 'podman', 'podman'])
    expect(found.images).toEqual(expected)
    // Whether the sandbox can be used is up to the machine.
    const auto = await examine(env)
    const { name, reason } = auto.found.chosen ?? { name: null, reason: '; Podman answers: -e podman takes it' }
    expect([auto.code, auto.found.imagesOn]).toEqual([0, name === 'sandbox' ? null : 'podman'])
    expect(reason).toMatch(/; Podman .*: -e podman takes it$/)
  })

  test('--force-build names the image that is built then', async () => {
    const dry = async (...flags: string[]) => {
      const { stdout } = await tbcc('run', '-t', 'imaged/b', '--dry-run', '--json', ...flags)
      return z.object({ images: z.array(z.unknown()) }).parse(JSON.parse(stdout)).images
    }
    expect(await dry()).toMatchObject([{ name: 'tbcc-test/missing:1', built: false }])
    expect(await dry('--force-build')).toMatchObject([{ name: built, built: true }])
  })
})

describe('tbcc run --print-config', () => {
  test('prints what it would run, and takes it back as it is', async () => {
    const flags = [
      '-p',
      SAMPLES,
      '-i',
      'a*',
      '-a',
      'command',
      '-m',
      'x/y',
      '--ak',
      'run=echo hi',
      '-k',
      '3',
      '-e',
      'sandbox',
    ]
    const first = await tbcc('run', ...flags, '--print-config')
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(first.stdout)).toEqual({
      n_attempts: 3,
      environment: { import_path: 'tbcc:sandbox' },
      agents: [{ name: 'command', model_name: 'x/y', kwargs: { run: 'echo hi' } }],
      datasets: [{ path: SAMPLES, task_names: ['a*'] }],
    })
    await writeFile(join(folder, 'printed.json'), first.stdout)
    const second = await tbcc('run', '-c', 'printed.json', '--print-config')
    expect(second.stdout).toBe(first.stdout)
  })

  test.each(['auto', 'docker', 'podman', 'sandbox'])('asks for %s again when it is read again', async (backend) => {
    const printed = await tbcc('run', '-p', SAMPLES, '-e', backend, '--print-config')
    await writeFile(join(folder, `${backend}.json`), printed.stdout)
    expect((await tbcc('run', '-c', `${backend}.json`, '--print-config')).stdout).toBe(printed.stdout)
  })

  test('layers YAML as YAML 1.1, flags over it', async () => {
    await writeFile(
      join(folder, 'base.yaml'),
      `n_attempts: 2\ndatasets: [{path: ${SAMPLES}}]\nenvironment: {delete: no}\n`,
    )
    await writeFile(join(folder, 'more.yml'), 'n_concurrent_trials: 2\nagents: [{name: nop}]\n')
    const { stdout } = await tbcc('run', '-c', 'base.yaml', '-c', 'more.yml', '-n', '3', '--print-config')
    expect(JSON.parse(stdout)).toEqual({
      n_attempts: 2,
      n_concurrent_trials: 3,
      environment: { delete: false },
      agents: [{ name: 'nop' }],
      datasets: [{ path: SAMPLES }],
    })
  })

  test('names every key that it cannot follow', async () => {
    await writeFile(
      join(folder, 'odd.yaml'),
      `datasets: [{path: x}]\nuser_agent: {bridge: {kind: acp}}\nn_atempts: 2\nplugins: [a]\n`,
    )
    const { code, stderr } = await tbcc('run', '-c', 'odd.yaml', '--print-config')
    expect(code).toBe(2)
    expect(stderr).toContain('does not support yet: user_agent\n')
    expect(stderr).toContain('unknown key n_atempts; did you mean n_attempts?')
    expect(stderr).not.toContain('plugins')
  })

  test('names what is no value for its key', async () => {
    await writeFile(
      join(folder, 'wrong.json'),
      '{"tasks": [{"path": "x"}], "n_attempts": "many", "retry": {"max_retries": -1}}',
    )
    const { code, stderr } = await tbcc('run', '-c', 'wrong.json')
    expect(code).toBe(2)
    expect(stderr).toMatch(/n_attempts: expected a whole number.*"many"/)
    expect(stderr).toMatch(/retry\.max_retries: expected a whole number/)
    await writeFile(join(folder, 'torn.yaml'), 'tasks: [')
    expect((await tbcc('run', '-c', 'torn.yaml')).stderr).toMatch(/-c torn\.yaml: .*line 1/)
  })

  test('shows no secret', async () => {
    const { stdout } = await tbcc('run', '-p', SAMPLES, '--ae', 'API_KEY=a-real-secret', '--print-config')
    expect(stdout).toContain('"API_KEY": "****"')
    expect(stdout).not.toContain('a-real-secret')
  })
})

describeOn('fixtures', 'tbcc logs of a trial that Harbor ran', () => {
  const logs = async (...flags: string[]) => tbcc('logs', 'hello-one__q7vyKrJ', '-o', 'harbors', ...flags)
  const kept = { 'agent/oracle.txt': 'solved\n', 'verifier/test-stdout.txt': '1 passed\n' }

  beforeAll(async () => {
    const copy = join(folder, 'harbors', 'oracle')
    await cp(join(fixturesFolder, 'harbor-job', 'oracle'), copy, { recursive: true })
    for (const [path, text] of Object.entries(kept)) await writeFile(join(copy, 'hello-one__q7vyKrJ', path), text)
  })

  test('prints what Harbor kept, and waits for no more', async () => {
    const whole = 'solved\n1 passed\n'
    for (const flags of [[], ['-f']]) expect(await logs(...flags)).toEqual({ code: 0, stdout: whole, stderr: '' })
    expect((await logs('--phase', 'verification')).stdout).toBe('1 passed\n')
  })

  test('names the files that there are where a phase has none', async () => {
    const { code, stdout, stderr } = await logs('--phase', 'agent-setup')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(
      /no output of the phase agent-setup[^]*hint: there is: agent\/oracle\.txt .*test-stdout\.txt/,
    )
  })
})

describe('tbcc clean', () => {
  const cacheDir = join(folder, 'cache')
  const parts = join(cacheDir, 'toolchains')
  // No engine: what other tests run is none of its business.
  const env = {
    ...plainEnv,
    DOCKER_HOST: 'unix:///nowhere',
    TBCC_PODMAN_SOCKET: '/nowhere',
    TBCC_CACHE_DIR: cacheDir,
  }
  const clean = async (...args: string[]) => runCli(['clean', ...args], { cwd: folder, env })
  const makeOld = async (name: string): Promise<void> => {
    await mkdir(join(parts, name), { recursive: true })
    await writeFile(join(parts, name, 'part.tar'), 'x'.repeat(2000))
    const file = join(parts, name, 'part.json')
    await writeFile(file, JSON.stringify({ layout: 1, version: '1.0.0', bytes: 2000 }))
    await utimes(file, new Date('2026-01-01'), new Date('2026-01-01'))
  }

  test('removes prepared agents that nobody used for long, and leaves those in use by another process', async () => {
    expect((await clean('--help')).stdout).toMatch(/prepared agents\s+not\s+used\s+for\s+30\s+days/)
    await makeOld('npm-old@1')
    await makeOld('npm-used@1')
    const store = createPartStore(parts)
    await store.find('npm-used@1')
    await mkdir(join(parts, '.making-1-x'), { recursive: true })
    const dead = { ...(await createOwnerId()), pid: 2 ** 22 + 1 }
    await writeFile(join(parts, '.making-1-x', 'owner.json'), JSON.stringify(dead))
    await utimes(join(parts, 'npm-used@1', 'part.json'), new Date('2026-01-01'), new Date('2026-01-01'))
    const { code, stdout, stderr } = await clean()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^removed npm-old@1 {2}2\.0 kB, last used 202[56]-/m)
    expect(stdout).toMatch(
      /^Prepared agents removed: 1 not used for 30 days, 1 half-made by dead runs; 2\.\d kB freed\.$/m,
    )
    expect(stdout).toMatch(/^1 prepared part left alone: in use/m)
    expect(existsSync(join(parts, 'npm-old@1'))).toBe(false)
    const doctor = await runCli(['doctor'], { cwd: folder, env })
    expect(doctor.stdout).toMatch(/^Prepared agents: cache\/toolchains, 1 part, 2\.\d kB$/m)
    await store.dispose()
    const last = await clean('--json')
    expect(JSON.parse(last.stdout)).toMatchObject({
      toolchains: { removed: [{ name: 'npm-used@1' }], halfMade: 0, left: 0 },
    })
    expect((await clean()).stdout).not.toMatch(/prepared|npm-/i)
  })
})

describe('shell completion', () => {
  test('the script for bash is one', async () => expectScript('bash'))

  test.each([
    [['ru'], ['run']],
    [
      ['run', '--n-c'],
      ['--n-concurrent', '--n-concurrent-agents'],
    ],
    [['run', '-e', 's'], ['sandbox']],
    [['run', '-a', 'or'], ['oracle']],
    [
      ['logs', '--phase', 'agent-'],
      ['agent-execution', 'agent-setup'],
    ],
    [['completion', 'z'], ['zsh']],
    [['run', '-p', 'odd names', '-i', ''], ['sound']],
    [['run', '-p', 'odd names', '-i', 'x'], []],
  ])('bash completes %j to %j', async (words, expected) => {
    await makeTask(join(folder, 'odd names'), { name: 'sound' })
    await makeTask(join(folder, 'odd names'), { name: '$(touch pwned)' })
    const script = join(folder, 'completion.bash')
    await writeFile(script, (await tbcc('completion', 'bash')).stdout)
    const program = `tbcc() { "${process.execPath}" "${CLI}" "$@"; }; source "${script}"
COMP_WORDS=(tbcc "$@"); COMP_CWORD=$#; _tbcc; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout } = spawnSync('bash', ['-c', program, 'bash', ...words], {
      encoding: 'utf8',
      cwd: folder,
      env: { ...plainEnv },
    })
    expect(stdout.split('\n').filter((line) => line !== '')).toEqual(expected)
    expect(existsSync(join(folder, 'pwned'))).toBe(false)
  })
})

/** The script for a shell; its path. */
async function writeScript(name: string): Promise<string> {
  const { code, stdout } = await tbcc('completion', name)
  expect(code).toBe(0)
  // Flags come from the command tree itself; those that are refused are not offered.
  expect(stdout).toContain('n-concurrent-agents')
  expect(stdout).not.toContain('export-traces')
  const file = join(folder, `completion.${name}`)
  await writeFile(file, stdout)
  return file
}

/** `-n`: the shell reads it and runs nothing. */
async function expectScript(shell: string): Promise<void> {
  const { status, stderr } = spawnSync(shell, ['-n', await writeScript(shell)], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
}

describeOn('shells', 'completion in other shells', () => {
  const bin = join(folder, 'bin')
  const env = { ...plainEnv, PATH: `${bin}:${plainEnv['PATH']}`, HOME: folder, ZDOTDIR: folder, TERM: 'xterm' }
  const typed = [
    ['tbcc ru', 'run'],
    ['tbcc run --n-concurrent-a', '--n-concurrent-agents'],
    ['tbcc run -e s', 'sandbox'],
    ['tbcc run -a or', 'oracle'],
    ['tbcc logs --phase q', 'queued'],
    ['tbcc completion z', 'zsh'],
  ] as const

  beforeAll(async () => {
    await mkdir(bin, { recursive: true })
    const script = `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`
    await writeFile(join(bin, 'tbcc'), script, { mode: 0o755 })
  })

  test.each(['zsh', 'fish'])('the script for %s is one', async (shell) => expectScript(shell))

  test('fish completes', async () => {
    await writeScript('fish')
    const program = 'source completion.fish; for line in $argv; complete -C $line | string split -f1 \\t; end'
    const args = ['--no-config', '-c', program, ...typed.map(([line]) => line)]
    const { stdout, stderr } = spawnSync('fish', args, { encoding: 'utf8', cwd: folder, env })
    expect(stdout.trimEnd().split('\n'), stderr).toEqual(typed.map(([, word]) => word))
  })

  // Its completion belongs to its line editor: a second one is typed into, and tells its line by a pipe.
  test('zsh completes', async () => {
    await writeScript('zsh')
    await writeFile(
      join(folder, '.zshrc'),
      `autoload -Uz compinit && compinit -u -D; source completion.zsh
tell() { print -r -- "$BUFFER" > told; BUFFER= }; ready() { print ready > told }
zle -N tell; zle -N zle-line-init ready; bindkey '^G' tell\n`,
    )
    const program = `zmodload zsh/zpty; mkfifo told; exec 3<>told; zpty shell zsh -d -i; read -ru 3 line
for typed in "$@"; do zpty -w -n shell "$typed"$'\\t\\a'; read -ru 3 line; print -r -- "$line"; done; zpty -d shell`
    const args = ['-f', '-c', program, 'zsh', ...typed.map(([line]) => line)]
    const { stdout, stderr } = spawnSync('zsh', args, { encoding: 'utf8', cwd: folder, env, timeout: 300_000 })
    const words = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ').at(-1))
    expect(words, stderr).toEqual(typed.map(([, word]) => word))
  })
})

function versionOf(manifest: unknown): unknown {
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : null
}

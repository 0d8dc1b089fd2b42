import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Container, EnvironmentSpec } from '../src/core/environment/backend.ts'
import { createSandboxBackend } from '../src/node/sandbox/backend.ts'
import { archiveOf, eventually, NO_OPTIONS, readArchive, run, TEST_LABELS } from './contract/backend-bed.ts'
import { describeOn } from './support/machine.ts'
import { isRoot, useSandbox, VARIANTS } from './support/sandbox-variants.ts'

const { signal } = new AbortController()

/** What test/support/sandbox-engine.ts prints. */
const Report = z.object({
  id: z.string(),
  enforcement: z.object({
    limits: z.object({ cpus: z.number().nullable(), memoryMb: z.number().nullable() }),
    notEnforced: z.array(z.string()),
  }),
  stdout: z.string(),
  stderr: z.string(),
})
/** What a sandbox's record says, as far as tests look at it. */
const Record = z.object({ init: z.object({ pid: z.number() }), cgroups: z.array(z.string()) })

describeOn('sandbox', 'what a Dockerfile says', () => {
  const bed = useSandbox()

  async function startOf(
    files: Readonly<Record<string, string>>,
    prepare?: (folder: string) => void,
  ): Promise<Container> {
    const contextDir = await bed.folder(files)
    prepare?.(contextDir)
    return bed.start({ contextDir })
  }

  test('WORKDIR, ENV and every form of COPY that is understood', async () => {
    const container = await startOf(
      {
        Dockerfile: `FROM debian:bookworm-slim
WORKDIR /work/deep
ENV GREETING="hello there" TWICE=\${GREETING}
COPY one.txt renamed
COPY one.txt /work/
COPY *.txt texts/
COPY tree /tree
COPY --chmod=750 tools/run ./run
COPY ["with space", "/work/with space"]
COPY one.txt /made/on/the/way/file
COPY . /all/
`,
        'one.txt': '1',
        'two.txt': '2',
        'skipped.log': 'x',
        'tree/a/b': 'ab',
        'tree/.hidden': 'h',
        'tools/run': '#!/bin/sh\necho ran',
        'with space': 's',
        'secret/key': 'k',
        'secret/public': 'p',
        '.dockerignore': '*.log\nsecret\n!secret/public\n',
      },
      (folder) => {
        symlinkSync('b', join(folder, 'tree/a/link'))
        symlinkSync('/etc/shadow', join(folder, 'tree/outside'))
      },
    )
    expect(container.workdir).toBe('/work/deep')
    const { stdout } = await run(
      container,
      'echo "$GREETING,$TWICE"; cat renamed ../one.txt texts/* /tree/a/link /tree/.hidden "/work/with space" /made/on/the/way/file; echo; ./run; stat -c %a run; ls texts; (cd /all; find . -type f | sort); readlink /tree/outside',
    )
    expect(stdout).toBe(
      `hello there,\n1112abhs1\nran\n750\none.txt\ntwo.txt\n./.dockerignore\n./Dockerfile\n./one.txt\n./secret/public\n./tools/run\n./tree/.hidden\n./tree/a/b\n./two.txt\n./with space\n/etc/shadow\n`,
    )
    expect((await run(container, 'stat -c %u:%g /tree/a/b /all /work/deep')).stdout).toBe('0:0\n0:0\n0:0\n')
    expect(await container.changes()).toEqual([])
  })

  test.each([
    ['COPY missing /x', /line 2: COPY missing: there is no such file/],
    ['COPY *.none /x/', /line 2: COPY \*\.none: there is no such file/],
    ['COPY ignored /x', /line 2: COPY ignored: \.dockerignore leaves it out/],
    ['COPY leaving /x', /line 2: COPY leaving: it is a link that leaves the folder/],
  ])('%s fails before anything is started', async (line, message) => {
    const contextDir = await bed.folder({ Dockerfile: `FROM a\n${line}\n`, ignored: 'x', '.dockerignore': 'ignored\n' })
    symlinkSync('/etc/hostname', join(contextDir, 'leaving'))
    const failing = bed.backend.ensureImage(bed.spec({ contextDir }), () => undefined, signal)
    await expect(failing).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringMatching(message) as unknown,
    })
  })

  test('the image is the FROM line, and the host stands for it', async () => {
    const image = await bed.backend.ensureImage(bed.spec(), () => undefined, signal)
    expect(image).toMatchObject({ name: 'debian:bookworm-slim', source: 'host', sizeBytes: null, workdir: '/app' })
    expect(image.id).toMatch(/^host:\w+/)
  })

  const settings = (options: Partial<EnvironmentSpec['options']>): Partial<EnvironmentSpec> => ({
    options: { ...NO_OPTIONS, ...options },
  })
  test.each<[string, Partial<EnvironmentSpec>, string, RegExp]>([
    ['a network', { network: 'public' }, 'FROM a', /asks for a network.*only tasks that ask for no network/],
    ['a RUN step', {}, 'FROM a\nRUN make', /environment\/Dockerfile line 2: RUN changes the system.*only tasks/],
    ['both', { network: 'public' }, 'FROM a\nRUN make', /network.*RUN/],
    [
      'a prebuilt image without a Dockerfile',
      { image: 'someone/task:1', hasDockerfile: false },
      '',
      /prebuilt image someone\/task:1 is not here/,
    ],
    ['no environment', { hasDockerfile: false }, '', /no Dockerfile/],
    ['another network', settings({ network: 'lab' }), 'FROM a', /network=lab/],
    ['the way to the host', settings({ hostGateway: true }), 'FROM a', /host_gateway/],
    [
      'a read-only root',
      settings({ hardening: { ...NO_OPTIONS.hardening, readOnlyRoot: true } }),
      'FROM a',
      /read_only/,
    ],
    ['more processors than there are', { cpus: 10_000 }, 'FROM a', /10000 cpus/],
    [
      'a place in the host’s own folders',
      {},
      'FROM a\nCOPY Dockerfile /usr/local/bin/',
      /\/usr\/local\/bin.*read-only/,
    ],
  ])('refused: %s', async (_, overrides, dockerfile, reason) => {
    const spec = bed.spec({
      contextDir: await bed.folder(dockerfile === '' ? { note: '' } : { Dockerfile: dockerfile }),
      ...overrides,
    })
    expect(await bed.backend.refuse(spec)).toMatch(reason)
    await expect(bed.backend.ensureImage(spec, () => undefined, signal)).rejects.toMatchObject({ code: 'unsupported' })
  })

  test('a prebuilt image with a Dockerfile that can be followed is built from that', async () => {
    expect(await bed.backend.refuse(bed.spec({ image: 'someone/task:1' }))).toBeNull()
  })
})

describeOn('sandbox', 'commands in a sandbox', () => {
  const bed = useSandbox()
  let container: Container
  beforeAll(async () => {
    container = await bed.start()
  })

  test('no variable of a task means anything to the programs on the way', async () => {
    const folder = await bed.folder({ script: 'touch "${0%/*}/reached" "$TBCC_MARK/reached"\n' })
    const env = {
      TBCC_MARK: folder,
      BASH_ENV: join(folder, 'script'),
      ENV: join(folder, 'script'),
      SHELLOPTS: 'xtrace',
      PS4: `$(touch ${folder}/traced)`,
      LD_LIBRARY_PATH: folder,
      PATH: `${folder}:/usr/bin:/bin`,
    }
    const ran = await run(container, 'echo "$PS4"', { env })
    expect(ran.exitCode).toBe(0)
    expect(readdirSync(folder)).toEqual(['script'])
    const names = await run(container, ['env'], { env: { A: '', HOME: '/elsewhere', TBCC_ENV_X: 'x', __tbcc: 'y' } })
    expect(names.stdout).toMatch(/^A=$/m)
    expect(names.stdout).toMatch(/^HOME=\/elsewhere$/m)
    expect(names.stdout).toMatch(/^TBCC_ENV_X=x$/m)
  })

  test('a name that no shell can set is refused', async () => {
    await expect(container.exec({ command: 'true', env: { 'a.b': 'x' } })).rejects.toMatchObject({
      code: 'invalid-input',
    })
  })

  test('what is too long for the kernel is said so', async () => {
    const command = `: ${'x'.repeat(200_000)}`
    await expect(container.exec({ command })).rejects.toMatchObject({ code: 'invalid-input' })
    expect((await run(container, 'echo alive')).stdout).toBe('alive\n')
  })

  test('the streams can be opened by name', async () => {
    const ran = await run(
      container,
      'echo one > /dev/stderr; echo two | tee /dev/stderr; cat /dev/stdin > /dev/stdout',
      {
        stdin: (async function* () {
          yield Buffer.from('three')
        })(),
      },
    )
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'two\nthree', stderr: 'one\ntwo\n' })
  })

  test('orphans are collected', async () => {
    await run(container, 'for n in 1 2 3 4 5; do (sleep 0.05 &); done')
    await eventually(
      'no process is left',
      async () =>
        (await run(container, 'grep -l "^State:.[ZS].*" /proc/[0-9]*/status 2> /dev/null | wc -l')).stdout.trim() <=
        '4',
    )
    expect((await run(container, 'cat /proc/[0-9]*/stat 2> /dev/null | grep -c ") Z "')).stdout).toBe('0\n')
  })

  test('a daemon goes on writing after the command that left it, and does not hold the call', async () => {
    const trickle = await run(
      container,
      '(for n in $(seq 1000); do echo "line $n"; sleep 0.05; done; echo end) & echo "pid $!"',
    )
    expect(trickle.exitCode).toBe(0)
    const pid = /pid (\d+)/.exec(trickle.stdout)?.[1]
    // Nobody reads what it writes now; it would have died of it at once.
    await run(container, 'sleep 0.5')
    expect((await run(container, `kill -0 ${pid} && kill ${pid}`)).exitCode).toBe(0)
  })

  test('a daemon that floods is followed until the time is over, and the command keeps its exit code', async () => {
    const ran = await container.exec({ command: 'yes & exit 3', timeoutMs: 1500 })
    expect(ran).toMatchObject({ exitCode: 3, timedOut: false, cancelled: false })
    expect((await run(container, 'pkill yes')).exitCode).toBe(0)
  })

  test('open files and listeners of this process stay as many as they were', async () => {
    const count = (): number => readdirSync('/proc/self/fd').length
    await run(container, 'true')
    const before = count()
    for (let n = 0; n < 30; n += 1)
      await run(container, 'cat; echo x >&2', { stdin: archiveOf({ name: 'x', content: 'y' }) })
    await eventually('they are closed', () => Promise.resolve(count() <= before))
    expect(readdirSync(join(bed.stateFolder, container.id, 'pipes')).length).toBeLessThanOrEqual(24)
  })

  test.runIf(isRoot)('limits on processes and capabilities', async () => {
    const hardening = { ...NO_OPTIONS.hardening, pidsLimit: 20, dropCapabilities: ['CHOWN', 'cap_net_raw'] }
    const limited = await bed.start({ options: { ...NO_OPTIONS, hardening } })
    expect(limited.enforcement.notEnforced).toEqual([])
    const fork = await run(limited, 'for n in $(seq 30); do sleep 5 & done; wait', { timeoutMs: 3000 })
    expect(fork.stderr).toMatch(/fork: .*(Resource temporarily unavailable|retry)/)
    expect((await run(limited, 'touch /tmp/f && chown 1 /tmp/f')).stderr).toMatch(/Operation not permitted/)
    // tbcc itself still can.
    await limited.putArchive('/app', archiveOf({ name: 'owned', content: 'x', uid: 7, gid: 8 }))
    expect((await run(limited, 'stat -c %u:%g /app/owned')).stdout).toBe('7:8\n')
  })

  test.runIf(isRoot)('a user that no id is left for is refused', async () => {
    await expect(container.exec({ command: 'true', user: 70_000 })).rejects.toMatchObject({ code: 'unsupported' })
  })
})

describeOn('sandbox', 'hostile content', () => {
  const bed = useSandbox()

  test('an archive that goes through a link stays inside', async () => {
    const container = await bed.start()
    const outside = await bed.folder({})
    await container.putArchive('/app', archiveOf({ name: 'way', type: 'symlink', linkname: outside }))
    const entering = container.putArchive('/app/way', archiveOf({ name: 'planted', content: 'x' }))
    await entering.catch(() => undefined)
    await container
      .putArchive(
        '/app',
        archiveOf({ name: 'way/planted', content: 'x' }, { name: '../../../../../../tmp/planted', content: 'x' }),
      )
      .catch(() => undefined)
    expect(readdirSync(outside)).toEqual([])
    expect(existsSync('/tmp/planted')).toBe(false)
    const archive = await container.getArchive('/app/way')
    expect(archive === null ? [] : await readArchive(archive)).toMatchObject([
      { name: 'way', type: 'symlink', linkname: outside },
    ])
  })

  test('changes are found although their times are set back, and no link is followed', async () => {
    const container = await bed.start({
      contextDir: await bed.folder({ Dockerfile: 'FROM a\nWORKDIR /app\nCOPY Dockerfile kept /app/\n', kept: 'same' }),
    })
    await run(
      container,
      `touch -r kept /tmp/time; printf SAME > kept; touch -r /tmp/time kept; rm /tmp/time
      ln -s / /tmp/all; printf x > $'/tmp/\\xff'; mkdir -m 0 /tmp/closed; mkfifo /tmp/pipe; mkdir -p ${'/tmp/d'.padEnd(400, '/d')}`,
    )
    const changes = await container.changes()
    const kinds = new Map(changes.map(({ path, kind }) => [path, kind]))
    expect(kinds.get('/app/kept')).toBe('modified')
    expect(kinds.get('/app/Dockerfile')).toBeUndefined()
    expect(kinds.get('/tmp/all')).toBe('added')
    expect(kinds.get('/tmp/pipe')).toBe('added')
    expect([...kinds.keys()].some((path) => path.startsWith('/tmp/all/'))).toBe(false)
    expect([...kinds.keys()].filter((path) => path.startsWith('/tmp/d/d')).length).toBeGreaterThan(150)
  })

  test('a folder that becomes a link while it is looked at leads nowhere', async () => {
    const outside = await bed.folder({ 'on-the-host': 'x' })
    const container = await bed.start()
    const swap = `mkdir "/tmp/swap"; symlink $ENV{AWAY}, "/tmp/away" or die;
      while (1) { rename "/tmp/swap", "/tmp/folder"; rename "/tmp/away", "/tmp/swap"; rename "/tmp/swap", "/tmp/away"; rename "/tmp/folder", "/tmp/swap" }`
    const controller = new AbortController()
    const swapping = container.exec({
      command: ['perl', '-e', swap],
      env: { AWAY: outside },
      signal: controller.signal,
    })
    let seen = 0
    for (let n = 0; n < 300; n += 1) {
      const paths = (await container.changes()).map(({ path }) => path)
      if (paths.includes('/tmp/swap')) seen += 1
      expect(paths.filter((path) => path.includes('on-the-host'))).toEqual([])
    }
    expect(seen).toBeGreaterThan(0)
    controller.abort()
    expect(await swapping).toMatchObject({ cancelled: true })
  })

  test('whatever stands there is removed with the sandbox', async () => {
    const container = await bed.start()
    // Longer than any path that the kernel takes.
    const deep = 'chdir "/tmp"; for (1 .. 3000) { mkdir "deep" or die; chdir "deep" or die }'
    expect((await run(container, ['perl', '-e', deep])).exitCode).toBe(0)
    const odd = "mkdir -p a/b && touch a/b/c && chmod 0 a/b a; mkfifo f; ln -s / l; touch $'\\xff\\n'"
    expect((await run(container, odd, { cwd: '/tmp' })).exitCode).toBe(0)
    expect((await container.changes()).length).toBeGreaterThan(100)
    await container.stop()
    expect(existsSync(join(bed.stateFolder, container.id))).toBe(false)
    expect(existsSync(join(bed.stateFolder, `${container.id}.json`))).toBe(false)
  })
})

describeOn('sandbox', 'sandboxes and the process that holds them', () => {
  const bed = useSandbox()
  const engine = resolve(import.meta.dirname, 'support/sandbox-engine.ts')
  let contextDir = ''
  beforeAll(async () => {
    contextDir = await bed.folder({ Dockerfile: 'FROM debian:bookworm-slim\nWORKDIR /app\n' })
  })

  function hold(tool: string, action: string) {
    const child = spawn(
      process.execPath,
      [engine, JSON.stringify({ stateFolder: bed.stateFolder, tool }), contextDir, action],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const line = once(createInterface(child.stdout), 'line').then(([text]) => Report.parse(JSON.parse(String(text))))
    return { child, line, exit: once(child, 'exit') }
  }
  const find = async (id: string) => (await bed.backend.list()).find((listed) => listed.id === id)
  const recordOf = (id: string) => Record.parse(JSON.parse(readFileSync(join(bed.stateFolder, `${id}.json`), 'utf8')))
  const initOf = (id: string): number => recordOf(id).init.pid

  test.each(['bubblewrap', 'unshare'])(
    '%s: what a killed engine leaves has ended, is found and removed',
    async (tool) => {
      const { child, line, exit } = hold(tool, 'wait')
      const { id } = await line
      const pid = initOf(id)
      expect(await find(id)).toMatchObject({ running: true, kept: false, labels: { owner: { pid: child.pid } } })
      child.kill('SIGKILL')
      await exit
      await eventually('the sandbox ends with its engine', async () => (await find(id))?.running === false)
      await eventually('its processes are gone', () => Promise.resolve(!existsSync(`/proc/${pid}`)))
      expect(readdirSync(bed.stateFolder)).toContain(id)
      await bed.backend.remove(id)
      expect(await find(id)).toBeUndefined()
      expect(readdirSync(bed.stateFolder)).not.toContain(id)
    },
  )

  test.each(['bubblewrap', 'unshare'])(
    '%s: one that is kept goes on without its engine until it is removed',
    async (tool) => {
      const { line, exit } = hold(tool, 'keep')
      const { id } = await line
      await exit
      const pid = initOf(id)
      expect(await find(id)).toMatchObject({ running: true, kept: true })
      // Long enough for it to end if it wanted to.
      await new Promise((done) => setTimeout(done, 300))
      expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).not.toMatch(/\) Z/)
      expect(await find(id)).toMatchObject({ running: true })
      await bed.backend.remove(id)
      expect(existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))).toBe(false)
      expect(await find(id)).toBeUndefined()
    },
  )

  test('one whose first process is killed from outside is gone for whoever uses it', async () => {
    const container = await bed.start()
    const running = container.exec({ command: 'sleep 1000' })
    const outcome = expect(running).rejects.toMatchObject({ code: 'environment-gone' })
    await run(container, 'true')
    process.kill(initOf(container.id), 'SIGKILL')
    await outcome
    expect(await container.state()).toEqual({ running: false, exitCode: 137, oomKilled: false })
    await expect(container.exec({ command: 'true' })).rejects.toMatchObject({ code: 'environment-gone' })
    await container.stop()
  })

  test.runIf(isRoot)('cgroups go with their sandbox', async () => {
    const container = await bed.start({ memoryMb: 64, cpus: 1 })
    const { cgroups } = recordOf(container.id)
    expect(cgroups.length).toBeGreaterThan(0)
    expect(cgroups.every((folder) => existsSync(folder))).toBe(true)
    await run(container, '(setsid sleep 1000 > /dev/null 2>&1 &)')
    await container.stop()
    expect(cgroups.filter((folder) => existsSync(folder))).toEqual([])
  })

  test('one whose files were deleted by somebody is ended all the same', async () => {
    const container = await bed.start({ memoryMb: 64 })
    const { init, cgroups } = recordOf(container.id)
    rmSync(join(bed.stateFolder, `${container.id}.json`))
    rmSync(join(bed.stateFolder, container.id), { recursive: true })
    await container.stop()
    expect(existsSync(`/proc/${init.pid}`) && !/\) Z/.test(readFileSync(`/proc/${init.pid}/stat`, 'utf8'))).toBe(false)
    expect(cgroups.filter((folder) => existsSync(folder))).toEqual([])
  })

  test('dispose leaves nothing behind', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'tbcc-dispose-'))
    const backend = createSandboxBackend({ stateFolder })
    const spec = bed.spec({ contextDir })
    const image = await backend.ensureImage(spec, () => undefined, signal)
    await backend.start({ spec, image, name: 'one', labels: TEST_LABELS }, signal)
    await backend.dispose()
    expect(readdirSync(stateFolder)).toEqual([])
    rmSync(stateFolder, { recursive: true })
  })

  test('a record that cannot be read is listed without labels, and removed', async () => {
    const id = 'ab'.repeat(32)
    writeFileSync(join(bed.stateFolder, `${id}.json`), '{"id":')
    expect(await find(id)).toEqual({ id, name: id, labels: null, kept: false, running: false })
    await bed.backend.remove(id)
    expect(await find(id)).toBeUndefined()
    await bed.backend.remove('../../etc')
  })

  test('open files of the process are not handed on', async () => {
    const file = openSync(join(contextDir, 'Dockerfile'), 'r')
    const look = 'ls /proc/self/fd; ls -l /proc/1/fd /proc/[0-9]*/fd 2> /dev/null | grep -c Dockerfile'
    const child = spawn(
      process.execPath,
      [engine, JSON.stringify({ stateFolder: bed.stateFolder }), contextDir, 'run', look],
      { stdio: ['ignore', 'pipe', 'inherit', ...Array.from({ length: 10 }, () => file)] },
    )
    if (child.stdout === null) throw new Error('no output')
    const exit = once(child, 'exit')
    const line: unknown[] = await once(createInterface(child.stdout), 'line')
    closeSync(file)
    await exit
    expect(Report.parse(JSON.parse(String(line[0]))).stdout).toBe('0\n1\n2\n3\n0\n')
  })
})

describeOn('sandbox', 'where sandboxes cannot be made', () => {
  test('the probe says why, and what to do', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'tbcc-open-'))
    chmodSync(stateFolder, 0o755)
    const probe = await createSandboxBackend({ stateFolder }).probe()
    expect(probe).toMatchObject({
      available: false,
      reason: expect.stringContaining('not a folder of this user alone') as unknown,
      hint: expect.stringContaining(stateFolder) as unknown,
    })
    rmSync(stateFolder, { recursive: true })
  })

  test.runIf(!isRoot)('only root does without a user namespace', async () => {
    expect(await createSandboxBackend({ userNamespace: 'never' }).probe()).toMatchObject({ available: false })
  })
})

describe.runIf(isRoot)('as an ordinary user', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tbcc-user-'))
    chmodSync(folder, 0o777)
    writeFileSync(join(folder, 'Dockerfile'), 'FROM debian:bookworm-slim\nWORKDIR /app\nCOPY Dockerfile /app/\n')
    chmodSync(join(folder, 'Dockerfile'), 0o644)
  })
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const engine = resolve(import.meta.dirname, 'support/sandbox-engine.ts')
  const canRead =
    spawnSync('setpriv', ['--reuid', '54321', '--regid', '54321', '--clear-groups', 'cat', engine]).status === 0

  describeOn('sandbox', 'everything works, but for limits and other users', () => {
    test.skipIf(!canRead).each(VARIANTS.filter(({ options }) => options.userNamespace === undefined))(
      '$name',
      async ({ options }) => {
        const stateFolder = join(folder, `state-${options.tool}`)
        const command =
          'id -u; stat -c %u Dockerfile; touch /app/x /tmp/y /made && ls /; touch /usr/x; mkdir -m 0 /tmp/closed; grep -o 0000000000000000 /proc/self/status | wc -l'
        const args = [
          '--reuid',
          '54321',
          '--regid',
          '54321',
          '--clear-groups',
          process.execPath,
          engine,
          JSON.stringify({ ...options, stateFolder }),
          folder,
          'run',
          command,
        ]
        const ran = spawnSync('setpriv', args, { encoding: 'utf8' })
        expect(ran.stderr).toBe('')
        const { stdout, stderr, enforcement } = Report.parse(JSON.parse(ran.stdout))
        expect(stdout).toMatch(/^0\n0\napp\n/)
        expect(stderr).toMatch(/touch: cannot touch '\/usr\/x'/)
        expect(enforcement).toMatchObject({ limits: { cpus: null, memoryMb: null } })
        expect(enforcement.notEnforced.join('\n')).toMatch(/1 cpus: .*\nmemory 256 MB: .*\n100 processes: /)
        expect(readdirSync(stateFolder)).toEqual([])
      },
    )
  })
})

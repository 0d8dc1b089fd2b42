import { existsSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Container, EnvironmentSpec } from '../src/core/environment/backend.ts'
import { archiveOf, eventually, NO_OPTIONS, readArchive, run } from './contract/backend-bed.ts'
import { describeOn } from './support/machine.ts'
import { isRoot, useSandbox } from './support/sandbox-variants.ts'

/*
 * What the sandbox does beyond the contract of all backends: Dockerfiles, its own ways with commands, hostile content.
 */

const { signal } = new AbortController()

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
WORKDIR /desk/deep
ENV GREETING="hello there" TWICE=\${GREETING}
COPY one.txt renamed
COPY one.txt /desk/
COPY *.txt texts/
COPY tree /tree
COPY --chmod=750 tools/run ./run
COPY ["with space", "/desk/with space"]
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
    expect(container.workdir).toBe('/desk/deep')
    const { stdout } = await run(
      container,
      'echo "$GREETING,$TWICE"; cat renamed ../one.txt texts/* /tree/a/link /tree/.hidden "/desk/with space" /made/on/the/way/file; echo; ./run; stat -c %a run; ls texts; (cd /all; find . -type f | sort); readlink /tree/outside',
    )
    expect(stdout).toBe(
      `hello there,\n1112abhs1\nran\n750\none.txt\ntwo.txt\n./.dockerignore\n./Dockerfile\n./one.txt\n./secret/public\n./tools/run\n./tree/.hidden\n./tree/a/b\n./two.txt\n./with space\n/etc/shadow\n`,
    )
    expect((await run(container, 'stat -c %u:%g /tree/a/b /all /desk/deep')).stdout).toBe('0:0\n0:0\n0:0\n')
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
    const ran = await container.exec({ command: 'yes & exit 3', timeoutMs: 10_000 })
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

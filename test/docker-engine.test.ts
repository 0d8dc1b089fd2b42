import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Container, ContainerBackend, ImageProgress } from '../src/core/environment/backend.ts'
import { createDockerBackend } from '../src/node/docker/backend.ts'
import { bytes, run, type Bed, useBed } from './contract/backend-bed.ts'
import { removeImages } from './contract/engine-bed.ts'
import { docker } from './support/engine-clients.ts'
import { type LoopbackServer, openRegistry, openSshServer, type SshServer } from './support/loopback.ts'
import { describeOn, dockerSocket } from './support/machine.ts'
import { openPrivateRegistry, REGISTRY_USER } from './support/private-registry.ts'
import { openSecondEngine, type SecondEngine, secondEngineRefusal } from './support/second-engine.ts'
import { noTlsFront, openTlsFront, type TlsFront } from './support/tls-front.ts'

/*
 * What needs servers of its own beside the engine: its death, ways to reach it, registries. They listen on loopback
 * or on sockets in temporary folders.
 */

const never = new AbortController().signal
const silent = (): void => undefined
const FACTS = { users: true, limits: true }

/** A backend with nothing of this user's settings. */
function connect(env: Record<string, string>, home = '/nonexistent'): ContainerBackend {
  return createDockerBackend({ name: 'docker', env: { PATH: process.env['PATH'], ...env }, home })
}

describeOn('docker', 'the death of an engine', () => {
  const refusal = secondEngineRefusal()
  const suite = refusal === null ? describe : describe.skip
  suite('of the test’s own', { meta: { skipReason: `needs docker: ${refusal}` } }, () => {
    let engine: SecondEngine
    beforeAll(async () => {
      engine = await openSecondEngine('debian:bookworm-slim')
    })
    afterAll(async () => engine[Symbol.asyncDispose]())
    const bed = useBed(() => connect({ DOCKER_HOST: engine.host }), {
      ...FACTS,
      spec: { image: 'debian:bookworm-slim' },
    })

    test('ends commands, archives and everything else with environment-gone', async () => {
      const container = await bed.start()
      const begun = Promise.withResolvers<void>()
      const running = container.exec({ command: 'echo begun; sleep 1000', onOutput: () => begun.resolve() })
      const outcome = expect(running).rejects.toMatchObject({ code: 'environment-gone' })
      await begun.promise
      await engine.stop('SIGKILL')
      await outcome
      const gone = { code: 'environment-gone' }
      await expect(container.exec({ command: 'true' })).rejects.toMatchObject(gone)
      await expect(container.getArchive('/etc')).rejects.toMatchObject(gone)
      await expect(container.putArchive('/etc', bytes())).rejects.toMatchObject(gone)
      await expect(container.changes()).rejects.toMatchObject(gone)
      await expect(container.state()).rejects.toMatchObject(gone)
      await expect(container.stop()).rejects.toMatchObject(gone)
      await expect(bed.backend.list()).rejects.toMatchObject({ code: 'backend-unavailable' })
      expect(await bed.backend.probe()).toMatchObject({
        available: false,
        reason: expect.stringContaining('does not run') as unknown,
      })

      // Back again, it is found and its leftovers can be removed.
      await engine.start()
      expect(await bed.backend.probe()).toMatchObject({ available: true })
      expect((await bed.backend.list()).map(({ id }) => id)).toEqual([container.id])
      await bed.backend.remove(container.id)
      expect(await bed.backend.list()).toEqual([])
    })

    test('a cancelled command of a dead engine does not hang', async () => {
      const container = await bed.start()
      const controller = new AbortController()
      const begun = Promise.withResolvers<void>()
      const { signal } = controller
      const running = container.exec({ command: 'echo begun; sleep 1000', signal, onOutput: () => begun.resolve() })
      const outcome = expect(running).rejects.toMatchObject({ code: 'environment-gone' })
      await begun.promise
      const stopping = engine.stop('SIGKILL')
      controller.abort()
      await outcome
      await stopping
      await engine.start()
      await container.stop()
    })
  })
})

describeOn('docker', 'an engine that hangs', () => {
  test('is told by the probe within its ten seconds', async () => {
    // Takes connections and never answers, as a stopped engine does.
    const folder = await mkdtemp(join(tmpdir(), 'tbcc-hang-'))
    const server = createServer(() => undefined).listen(join(folder, 'sock'))
    const backend = connect({ DOCKER_HOST: `unix://${join(folder, 'sock')}` })
    try {
      const probe = await backend.probe()
      expect(probe).toMatchObject({ available: false, reason: expect.stringContaining('in time') as unknown })
      const cancelled = await backend.probe(AbortSignal.timeout(100))
      expect(cancelled.available).toBe(false)
    } finally {
      await backend.dispose()
      server.closeAllConnections()
      server.close()
      await rm(folder, { recursive: true })
    }
  })
})

describeOn(['docker', 'ssh'], 'an engine over ssh', () => {
  let server: SshServer
  beforeAll(async () => {
    server = await openSshServer()
  })
  afterAll(async () => server[Symbol.asyncDispose]())
  const bed = useBed(() => connect({ DOCKER_HOST: server.host, ...server.env }), FACTS)

  remoteSuite(bed)

  test('one that nobody lets in says what ssh said', async () => {
    const backend = connect({
      ...server.env,
      DOCKER_HOST: server.host.replace('ssh://', 'ssh://nobody-at-all@').replace(/@[^@]+@/, '@'),
    })
    const probe = await backend.probe()
    await backend.dispose()
    expect(probe).toMatchObject({ available: false, reason: expect.stringContaining('Permission denied') as unknown })
  })
})

describeOn('docker', 'an engine over TLS', () => {
  const suite = noTlsFront === null ? describe : describe.skip
  suite('with certificates', { meta: { skipReason: `needs docker: ${noTlsFront}` } }, () => {
    let front: TlsFront
    const env = (certPath: string) => ({
      DOCKER_HOST: `tcp://127.0.0.1:${front.port}`,
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: certPath,
    })
    beforeAll(async () => {
      front = await openTlsFront(dockerSocket)
    })
    afterAll(async () => front[Symbol.asyncDispose]())
    const bed = useBed(() => connect(env(front.certPath)), FACTS)

    remoteSuite(bed)

    test('one whose authority is unknown is not trusted', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'tbcc-no-certs-'))
      const backend = connect(env(folder))
      const probe = await backend.probe()
      await backend.dispose()
      await rm(folder, { recursive: true })
      expect(probe).toMatchObject({ available: false, hint: expect.stringContaining('TLS') as unknown })
    })
  })
})

/** That commands and archives work over a connection that is no local socket. */
function remoteSuite(bed: Bed): void {
  let container: Container
  beforeAll(async () => {
    container = await bed.start()
  })

  test('runs commands, with input, output and errors', async () => {
    const chunks = Array.from({ length: 50 }, (_, n) => Buffer.alloc(40_000, n))
    const ran = await run(container, 'md5sum; echo err >&2; exit 3', { stdin: bytes(...chunks) })
    expect(ran).toMatchObject({ exitCode: 3, stderr: 'err\n' })
    const { createHash } = await import('node:crypto')
    expect(ran.stdout).toBe(`${createHash('md5').update(Buffer.concat(chunks)).digest('hex')}  -\n`)
    expect(await run(container, 'head -c 3000000 /dev/zero')).toMatchObject({ exitCode: 0, outputBytes: 3_000_000 })
  })

  test('ends commands', async () => {
    const ran = await run(container, 'trap "" TERM; while :; do sleep 0.1; done', { timeoutMs: 500, killGraceMs: 200 })
    expect(ran).toMatchObject({ exitCode: null, timedOut: true })
  })

  test('many at once', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, async (_, n) => run(container, `sleep 0.1; echo ${n}`)))
    expect(all.map(({ stdout }) => stdout)).toEqual(['0\n', '1\n', '2\n', '3\n', '4\n', '5\n'])
  })
}

describeOn(['docker', 'registry'], 'a registry', () => {
  let open: LoopbackServer
  let closed: Awaited<ReturnType<typeof openPrivateRegistry>>
  const made = ['tbcc-test:registry-base']
  const bed = useBed(() => connect({ DOCKER_HOST: `unix://${dockerSocket}` }), FACTS)
  const folders: string[] = []

  /** Puts an image into a registry under this name, and leaves nothing of it on the engine. */
  const publish = async (name: string): Promise<string> => {
    const contextDir = await bed.folder({
      Dockerfile: `FROM scratch\nCOPY file /\nENV OF=${name}\n`,
      file: 'x'.repeat(3e6),
    })
    await bed.backend.ensureImage(bed.spec({ contextDir, buildTag: name }), silent, never)
    const pushing = await docker.getImage(name).push({ authconfig: { ...REGISTRY_USER, serveraddress: name } })
    let told = ''
    for await (const chunk of pushing) told += chunk.toString()
    expect(told).not.toContain('"error"')
    await removeImages(docker, [name])
    made.push(name)
    return name
  }
  /** A home whose docker client has these settings. */
  const home = async (config: unknown): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'tbcc-home-'))
    folders.push(folder)
    await writeFile(join(folder, 'config.json'), JSON.stringify(config))
    return folder
  }
  const pull = async (image: string, env: Record<string, string> = {}) => {
    const backend = connect({ DOCKER_HOST: `unix://${dockerSocket}`, ...env })
    const progress: ImageProgress[] = []
    try {
      const info = await backend.ensureImage(bed.spec({ image }), (step) => progress.push(step), never)
      return { info, progress }
    } finally {
      await backend.dispose()
    }
  }

  beforeAll(async () => {
    ;[open, closed] = await Promise.all([openRegistry(), openPrivateRegistry()])
  })
  afterEach(() => removeImages(docker, made))
  afterAll(async () => {
    await Promise.all([open[Symbol.asyncDispose](), closed[Symbol.asyncDispose]()])
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })))
  })

  test('gives an image that is missing here, with progress, once', async () => {
    const image = await publish(`127.0.0.1:${open.port}/some/image:1.0`)
    const { info, progress } = await pull(image)
    expect(info).toMatchObject({ name: image, source: 'pulled' })
    expect(progress.length).toBeGreaterThan(0)
    expect(progress.every(({ stage, text }) => stage === 'pull' && text.includes(image))).toBe(true)
    expect(progress.at(-1)?.text).toMatch(/: (\d+) of \1 layers$/)
    const again = await pull(image)
    expect(again).toMatchObject({ info: { source: 'present', id: info.id }, progress: [] })
  })

  test('has an image by its digest', async () => {
    const image = await publish(`127.0.0.1:${open.port}/by/digest:1`)
    await pull(image)
    const { RepoDigests } = await docker.getImage(image).inspect()
    const byDigest = RepoDigests[0] ?? 'none'
    await removeImages(docker, [image])
    const { info } = await pull(byDigest)
    made.push(info.id)
    expect(info).toMatchObject({ name: byDigest, source: 'pulled' })
  })

  test('does not have every image', async () => {
    const missing = pull(`127.0.0.1:${open.port}/no/such:image`)
    await expect(missing).rejects.toMatchObject({
      code: 'image-not-found',
      details: {
        image: `127.0.0.1:${open.port}/no/such:image`,
        hint: expect.stringContaining('Check the name') as unknown,
      },
    })
  })

  test('may be out of reach', async () => {
    await expect(pull('127.0.0.1:1/some/image:1')).rejects.toMatchObject({
      code: 'image-pull-failed',
      details: { registry: '127.0.0.1:1', hint: expect.stringContaining('network') as unknown },
    })
  })

  test('that asks who is there gets the stored credentials, of the file or of a helper', async () => {
    const image = await publish(`${closed.host}/private/image:1`)
    await expect(pull(image)).rejects.toMatchObject({
      code: 'image-not-found',
      details: { hint: expect.stringContaining(`docker login ${closed.host}`) as unknown },
    })
    const auth = Buffer.from(`${REGISTRY_USER.username}:${REGISTRY_USER.password}`).toString('base64')
    const byFile = await home({ auths: { [closed.host]: { auth } } })
    expect((await pull(image, { DOCKER_CONFIG: byFile })).info.source).toBe('pulled')
    await removeImages(docker, [image])

    const byHelper = await home({ credHelpers: { [closed.host]: 'of-the-test' } })
    const answer = JSON.stringify({ Username: REGISTRY_USER.username, Secret: REGISTRY_USER.password })
    const helper = join(byHelper, 'docker-credential-of-the-test')
    await writeFile(helper, `#!/bin/sh\nread server\n[ "$1 $server" = "get ${closed.host}" ] && echo '${answer}'\n`)
    await chmod(helper, 0o755)
    const env = { DOCKER_CONFIG: byHelper, PATH: `${byHelper}:${process.env['PATH'] ?? ''}` }
    expect((await pull(image, env)).info.source).toBe('pulled')
  })

  test('gives builds their base, also when it asks who is there', async () => {
    const base = await publish(`${closed.host}/private/base:1`)
    const auth = Buffer.from(`${REGISTRY_USER.username}:${REGISTRY_USER.password}`).toString('base64')
    const config = await home({ auths: { [closed.host]: { auth } } })
    const contextDir = await bed.folder({ Dockerfile: `FROM ${base}\nCOPY more /\n`, more: 'x' })
    const spec = bed.spec({ contextDir, buildTag: 'tbcc-test:registry-base' })
    const build = async (env: Record<string, string>, overrides: Partial<typeof spec> = {}) => {
      const backend = connect({ DOCKER_HOST: `unix://${dockerSocket}`, ...env })
      try {
        return await backend.ensureImage({ ...spec, ...overrides }, silent, never)
      } finally {
        await backend.dispose()
      }
    }
    await expect(build({})).rejects.toMatchObject({ code: 'image-build-failed' })
    expect(await build({ DOCKER_CONFIG: config })).toMatchObject({ source: 'built' })
    await removeImages(docker, made)
    // A named network is built on by the classic builder, which is told the credentials in another way.
    const options = { ...spec.options, buildNetwork: 'bridge' }
    expect(await build({ DOCKER_CONFIG: config }, { options })).toMatchObject({ source: 'built' })
  })
})

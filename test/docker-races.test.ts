import { join } from 'node:path'
import * as z from 'zod'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createDockerBackend } from '../src/node/docker/backend.ts'
import { extractArchive } from '../src/node/fs/extract.ts'
import { bytes, eventually, run, useBed } from './contract/backend-bed.ts'
import { docker } from './support/engine-clients.ts'
import { type InterferingFront, type Interference, openInterferingFront } from './support/interfering-front.ts'
import { describeOn, dockerSocket } from './support/machine.ts'

/*
 * An engine at bad moments: a connection that breaks, an end that is told late, an archive that is cut off. The engine and
 * its containers are real; only what it says at that moment passes a front of the test's own.
 */

const GONE = { code: 'environment-gone' }

describeOn('docker', 'an engine at a bad moment', () => {
  let front: InterferingFront
  beforeAll(async () => {
    front = await openInterferingFront(dockerSocket)
  })
  afterEach(() => {
    front.interfere = () => null
  })
  afterAll(async () => front[Symbol.asyncDispose]())
  const bed = useBed(
    () => createDockerBackend({ name: 'docker', env: { DOCKER_HOST: front.host }, home: '/nonexistent' }),
    {
      users: true,
      limits: true,
    },
  )

  /** The next `times` requests like this are interfered with. */
  const interfere = (method: string, path: RegExp, act: Interference, times = 1): { readonly left: () => number } => {
    let left = times
    front.interfere = (asked, url) => {
      if (asked !== method || !path.test(url) || left === 0) return null
      left -= 1
      return act
    }
    return { left: () => left }
  }

  test('that breaks the connection of a look leaves a silent command alone', async () => {
    const container = await bed.start()
    for (const input of [{}, { stdin: bytes('typed\n') }]) {
      const broken = interfere('GET', /\/exec\/\w+\/json$/, { kind: 'break' }, 2)
      expect(await run(container, 'sleep 3; echo end; exit 3', input)).toMatchObject({ exitCode: 3, stdout: 'end\n' })
      expect(broken.left()).toBe(0)
    }
  })

  test('that does not answer looks any more loses the command, with or without input', async () => {
    const container = await bed.start()
    for (const input of [{}, { stdin: bytes('typed\n') }]) {
      interfere('GET', /\/exec\/\w+\/json$/, { kind: 'break' }, 3)
      await expect(run(container, 'sleep 1000', input)).rejects.toMatchObject(GONE)
    }
  })

  test('that says late that a container was killed blames no command for it', async () => {
    const container = await bed.start()
    const begun = Promise.withResolvers<void>()
    const running = container.exec({ command: 'echo begun; sleep 1000', onOutput: () => begun.resolve() })
    const outcome = expect(running).rejects.toMatchObject(GONE)
    await begun.promise
    // For more looks than fit into a short patience.
    interfere('GET', /\/containers\/\w+\/json$/, { kind: 'change', change: asRunning }, 20)
    await docker.getContainer(container.id).kill()
    await outcome
  })

  test('that waits for the readers of terminals before it tells an end is not waited for', async () => {
    const container = await bed.start()
    const terminals = await Promise.all(
      [1, 2, 3].map(async () => container.attachTerminal({ command: ['yes'], columns: 80, rows: 24 })),
    )
    // Until the terminals are held back, all the way to the programs.
    const written = 'cat $(grep -lsx yes /proc/[0-9]*/comm | sed s/comm/io/) | grep ^wchar'
    let before = ''
    await eventually('they stand still', async () => {
      const { stdout } = await run(container, written)
      const isSame = stdout !== '' && stdout === before
      before = stdout
      return isSame
    })
    const begun = Promise.withResolvers<void>()
    const running = container.exec({ command: 'echo begun; sleep 1000', onOutput: () => begun.resolve() })
    const outcome = expect(running).rejects.toMatchObject(GONE)
    await begun.promise
    await docker.getContainer(container.id).kill()
    await outcome
    const ends = await Promise.all(terminals.map(async ({ exited }) => exited))
    expect(ends).toEqual([1, 2, 3].map(() => ({ exitCode: null })))
  })

  test('that never started a command in a container that has ended does not keep it waiting', async () => {
    const container = await bed.start()
    const kills: Promise<unknown>[] = []
    front.interfere = (_, url) => {
      if (url.endsWith('/start')) kills.push(docker.getContainer(container.id).kill())
      if (url.endsWith('/start')) return { kind: 'answer', status: 101, body: '' }
      return url.includes('/exec/') ? { kind: 'answer', status: 200, body: '{"Running":false,"ExitCode":null}' } : null
    }
    await expect(container.exec({ command: 'true', timeoutMs: 20_000 })).rejects.toMatchObject(GONE)
    await Promise.all(kills)
  })

  test('that breaks the connection of a removal is asked again', async () => {
    const container = await bed.start()
    interfere('DELETE', /\/containers\//, { kind: 'break' }, 2)
    await container.stop()
    expect((await bed.listed()).map(({ id }) => id)).not.toContain(container.id)
  })

  test('that removes a container has no files of it, which is not the same as no file', async () => {
    const container = await bed.start()
    front.interfere = (method, url) =>
      method === 'GET' && url.includes('/archive?')
        ? { kind: 'answer', status: 404, body: '{"message":"Could not find the file /app in container x"}' }
        : url.includes(`/containers/${container.id}/json`)
          ? { kind: 'change', change: asRemoving }
          : null
    await expect(container.getArchive('/app')).rejects.toMatchObject(GONE)
  })

  test('is asked once for the removal of an environment, by force, and never to stop it', async () => {
    const container = await bed.start()
    await run(container, 'true')
    const asked: string[] = []
    front.interfere = (method, url) => {
      if (method !== 'GET') asked.push(`${method} ${url.replace(/^\/v[0-9.]+/, '')}`)
      return null
    }
    await container.stop()
    expect(asked).toHaveLength(1)
    const [, path = '', query = ''] = /^DELETE ([^?]+)\?(.*)$/.exec(asked[0] ?? '') ?? []
    expect(path).toBe(`/containers/${container.id}`)
    expect(Object.fromEntries(new URLSearchParams(query))).toMatchObject({ force: 'true', v: 'true' })
  })

  test('that cuts an archive off between two entries is not believed', async () => {
    const container = await bed.start()
    await run(container, 'mkdir /app/verifier && echo 1 > /app/verifier/reward.txt')
    const cut = (archive: Buffer) => archive.subarray(0, archive.length - 1024)
    interfere('GET', /\/archive\?/, { kind: 'change', change: cut })
    const archive = await container.getArchive('/app/verifier')
    const target = join(await bed.folder({}), 'verifier')
    const limits = { maxBytes: 1e6, maxFiles: 10 }
    await expect(extractArchive(archive ?? bytes(), target, limits)).rejects.toMatchObject({ code: 'archive-refused' })
  })
})

describeOn('docker', 'DOCKER_DEFAULT_PLATFORM', () => {
  let front: InterferingFront
  let platform = ''
  beforeAll(async () => {
    front = await openInterferingFront(dockerSocket)
    const { Os, Arch } = await docker.version()
    platform = `${Os}/${Arch}`
  })
  afterEach(() => {
    front.interfere = () => null
  })
  afterAll(async () => front[Symbol.asyncDispose]())
  const env = (wanted: string) => ({ DOCKER_HOST: front.host, DOCKER_DEFAULT_PLATFORM: wanted })
  const bed = useBed(() => createDockerBackend({ name: 'docker', env: env(platform), home: '/nonexistent' }), {
    users: true,
    limits: true,
  })
  const { signal } = new AbortController()
  const noMatch = { kind: 'answer', status: 404, body: '{"message":"no matching manifest for x in the list"}' } as const
  /** What was asked to be made, with the platform that was asked for. */
  const record = (asked: (readonly [string, string | null])[]) => {
    front.interfere = (method, url) => {
      const [, path = '', query = ''] = /^\/v[0-9.]+([^?]*)\??(.*)$/.exec(url) ?? []
      const isMade = method === 'POST' && /^\/(?:build|images\/create|containers\/create)$/.test(path)
      if (isMade) asked.push([path, new URLSearchParams(query).get('platform')])
      return path === '/images/create' ? noMatch : null
    }
  }

  test('is what is built, created and pulled', async () => {
    const asked: (readonly [string, string | null])[] = []
    record(asked)
    const container = await bed.start({ forceBuild: true })
    expect((await run(container, 'echo $FROM_IMAGE')).stdout).toBe('yes\n')
    const pulling = bed.backend.ensureImage(bed.spec({ image: 'no.invalid/such:image' }), () => undefined, signal)
    await expect(pulling).rejects.toMatchObject({
      details: { hint: expect.stringContaining(`not made for ${platform}, which DOCKER_DEFAULT_PLATFORM`) as unknown },
    })
    expect(asked).toEqual(['/build', '/containers/create', '/images/create'].map((path) => [path, platform]))
  })

  test('an image of another platform that is there is not the one', async () => {
    const other = platform === 'linux/amd64' ? 'linux/arm64' : 'linux/amd64'
    const asked: (readonly [string, string | null])[] = []
    record(asked)
    const backend = createDockerBackend({ name: 'docker', env: env(other), home: '/nonexistent' })
    try {
      const spec = bed.spec({ image: 'debian:bookworm-slim' })
      await expect(backend.ensureImage(spec, () => undefined, signal)).rejects.toMatchObject({
        code: 'image-pull-failed',
      })
      expect(asked).toEqual([['/images/create', other]])
    } finally {
      await backend.dispose()
    }
  })

  test('is what helps where an image is not made for the engine', async () => {
    record([])
    const backend = createDockerBackend({ name: 'docker', env: { DOCKER_HOST: front.host }, home: '/nonexistent' })
    try {
      const spec = bed.spec({ image: 'no.invalid/such:image' })
      await expect(backend.ensureImage(spec, () => undefined, signal)).rejects.toMatchObject({
        details: { hint: expect.stringMatching(/set DOCKER_DEFAULT_PLATFORM=linux\/\w+/) as unknown },
      })
    } finally {
      await backend.dispose()
    }
  })
})

const inspected = z.looseObject({ State: z.looseObject({}) })

function withState(body: Buffer, state: object): string {
  const told = inspected.parse(JSON.parse(body.toString()))
  return JSON.stringify({ ...told, State: { ...told.State, ...state } })
}

const asRunning = (body: Buffer) => withState(body, { Running: true, Status: 'running' })
const asRemoving = (body: Buffer) => withState(body, { Running: false, Status: 'removing' })

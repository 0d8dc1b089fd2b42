import { readlink } from 'node:fs/promises'
import type Docker from 'dockerode'
import { describe, expect, test } from 'vitest'
import type { Container, EnvironmentSpec } from '../../src/core/environment/backend.ts'
import { type Bed, eventually, NO_OPTIONS, run, TEST_LABELS, uniqueName } from './backend-bed.ts'

/** The images that this suite and the contract's build for themselves, for their removal. */
export const ENGINE_TAGS = 'changes user rootdir entry dead scratch given greedy healthy ill fading checking'
  .split(' ')
  .map((tag) => `tbcc-test:${tag}`)

export interface EngineFacts {
  /** Tells when the main process was ended for want of memory (Podman 4.3 with control groups v1 does not). */
  readonly tellsOomOfMain: boolean
  /** Checks the health of containers by itself (Podman leaves it to systemd). */
  readonly checksHealth: boolean
}

/** What only an engine of containers and images has: entrypoints, users, capabilities, deaths from outside. */
export function engineSuite(bed: Bed, client: Docker, facts: EngineFacts): void {
  const withDockerfile = async (tag: string, dockerfile: string, overrides: Partial<EnvironmentSpec> = {}) =>
    bed.start({
      contextDir: await bed.folder({ Dockerfile: `FROM debian:bookworm-slim\n${dockerfile}` }),
      buildTag: `tbcc-test:${tag}`,
      ...overrides,
    })
  const withOptions = (options: Partial<EnvironmentSpec['options']>): Partial<EnvironmentSpec> => ({
    options: { ...NO_OPTIONS, ...options },
  })
  const hardened = (hardening: Partial<EnvironmentSpec['options']['hardening']>): Partial<EnvironmentSpec> =>
    withOptions({ hardening: { ...NO_OPTIONS.hardening, ...hardening } })

  describe('images', () => {
    test('bring their user, variables and directory', async () => {
      const container = await withDockerfile('user', 'ENV A=1 B="two words"\nUSER nobody\nWORKDIR /srv/deep\n')
      expect(container.workdir).toBe('/srv/deep')
      expect((await run(container, 'id -un; pwd; echo $A $B')).stdout).toBe('nobody\n/srv/deep\n1 two words\n')
      expect((await run(container, 'id -un', { user: 'root' })).stdout).toBe('root\n')
    })

    test('without a directory of their own work in the root', async () => {
      const container = await withDockerfile('rootdir', 'ENV NOTHING=1\n')
      expect(container.workdir).toBe('/')
      expect((await run(container, 'pwd')).stdout).toBe('/\n')
    })

    test('keep their entrypoint, which is given the command that waits', async () => {
      const entrypoint = `ENTRYPOINT ["sh", "-c", "echo entered > /tmp/entered; exec \\"$@\\"", "entry"]\n`
      const container = await withDockerfile('entry', entrypoint)
      await eventually('the entrypoint ran', async () => (await run(container, 'test -e /tmp/entered')).exitCode === 0)
      expect((await run(container, 'tr "\\0" " " < /proc/1/cmdline')).stdout).toMatch(/sleep infinity/)
    })

    test('whose entrypoint ends are no environment', async () => {
      const starting = withDockerfile('dead', 'ENTRYPOINT ["sh", "-c", "echo the config is missing >&2; exit 3"]\n')
      await expect(starting).rejects.toMatchObject({
        code: 'environment-start-failed',
        details: { exitCode: 3, log: expect.stringContaining('the config is missing') as unknown },
      })
      expect((await bed.listed()).filter(({ running }) => !running)).toEqual([])
    })

    test('without a shell are no environment', async () => {
      const contextDir = await bed.folder({ Dockerfile: 'FROM scratch\nCOPY file /\n', file: 'x' })
      const starting = bed.start({ contextDir, buildTag: 'tbcc-test:scratch' })
      await expect(starting).rejects.toMatchObject({ code: 'environment-start-failed' })
    })
  })

  const onHealth = facts.checksHealth ? describe : describe.skip
  onHealth('health checks of the image', { meta: { skipReason: 'Podman leaves health checks to systemd' } }, () => {
    const healthcheck = (test: string) => `HEALTHCHECK --interval=1s --timeout=30s --retries=3 CMD ${test}\n`
    const entrypoint = (script: string) => `ENTRYPOINT ["sh", "-c", "${script}", "entry"]\n`

    test('are waited for', async () => {
      // Longer than an entrypoint is watched; the check itself fails no more often than it may.
      const ready = entrypoint(`(sleep 2; touch /tmp/ready) & exec \\"$@\\"`)
      const container = await withDockerfile(
        'healthy',
        ready + healthcheck('until test -e /tmp/ready; do sleep 0.1; done'),
      )
      expect((await run(container, 'test -e /tmp/ready')).exitCode).toBe(0)
    })

    test('that fail are no environment', async () => {
      const starting = withDockerfile('ill', healthcheck('echo the database is away; exit 1'))
      await expect(starting).rejects.toMatchObject({
        code: 'environment-start-failed',
        message: expect.stringContaining('not healthy') as unknown,
        details: { log: 'the database is away' },
      })
    })

    test('are not waited for where the entrypoint ends meanwhile', async () => {
      const starting = withDockerfile('fading', entrypoint('sleep 2; exit 3') + healthcheck('sleep 20; exit 1'))
      await expect(starting).rejects.toMatchObject({ code: 'environment-start-failed', details: { exitCode: 3 } })
    })

    test('are waited for until the start is cancelled', async () => {
      const check = healthcheck('touch /tmp/checking; sleep 20')
      const contextDir = await bed.folder({ Dockerfile: `FROM debian:bookworm-slim\n${check}` })
      const spec = bed.spec({ contextDir, buildTag: 'tbcc-test:checking' })
      const image = await bed.backend.ensureImage(spec, () => undefined, new AbortController().signal)
      const controller = new AbortController()
      const name = uniqueName()
      const starting = bed.backend.start({ spec, image, name, labels: TEST_LABELS }, controller.signal)
      const outcome = expect(starting).rejects.toMatchObject({ code: 'cancelled' })
      await eventually('it is being checked', async () => {
        const started = (await bed.listed()).find((listed) => listed.name.includes(name))
        const seen = client.getContainer(started?.id ?? 'none').infoArchive({ path: '/tmp/checking' })
        return seen.then(
          () => true,
          () => false,
        )
      })
      controller.abort()
      await outcome
      expect((await bed.listed()).filter((listed) => listed.name.includes(name))).toEqual([])
    })
  })

  describe('networks', () => {
    const interfaces = async (container: Container) => {
      const { stdout } = await run(container, 'cut -d: -f1 -s /proc/net/dev | tr -d " "')
      return stdout.split('\n').filter(Boolean)
    }

    test('the engine’s default, unless told otherwise', async () => {
      expect((await interfaces(await bed.start({ network: 'public' }))).length).toBeGreaterThan(1)
    })

    test('a named one, but never for a task that asks for none', async () => {
      const onHost = await bed.start({ network: 'public', ...withOptions({ network: 'host' }) })
      const [container, host] = [
        (await run(onHost, 'readlink /proc/self/ns/net')).stdout,
        await readlink('/proc/self/ns/net'),
      ]
      expect(container.trim()).toBe(host)
      const without = await bed.start({ network: 'no-network', ...withOptions({ network: 'host' }) })
      expect(await interfaces(without)).toEqual(['lo'])
    })

    test('none, and an address for the own name all the same', async () => {
      const container = await bed.start({ network: 'no-network' })
      const ran = await run(container, 'getent hosts "$(hostname)"')
      expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^127\.0\.0\.1\s/) as unknown })
    })

    test('one that does not exist fails the start', async () => {
      const starting = bed.start({ network: 'public', ...withOptions({ network: 'no-such-network' }) })
      await expect(starting).rejects.toMatchObject({ code: 'environment-start-failed' })
      await expect(starting).rejects.toThrow(/no-such-network/)
    })

    test('with the host by name', async () => {
      const container = await bed.start({ network: 'public', ...withOptions({ hostGateway: true }) })
      expect((await run(container, 'cat /etc/hosts')).stdout).toMatch(/^[\d.]+\s+host\.docker\.internal/m)
      const plain = await bed.start({ network: 'public' })
      expect((await run(plain, 'cat /etc/hosts')).stdout).not.toContain('host.docker.internal')
    })
  })

  describe('hardening', () => {
    const status = 'grep -E "^(CapBnd|NoNewPrivs):" /proc/self/status | cut -f2'

    test('is off unless asked for', async () => {
      const [bounding, noNewPrivileges] = (await run(await bed.start(), status)).stdout.split('\n')
      expect(Number.parseInt(bounding ?? '', 16)).toBeGreaterThan(0)
      expect(noNewPrivileges).toBe('0')
    })

    test('unasked leaves rights and the filter of system calls as a bare container has them', async () => {
      const look = 'grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status'
      const container = await bed.start()
      const { Image } = await client.getContainer(container.id).inspect()
      const bare = await client.createContainer({ Image, Cmd: ['bash', '-c', look], Tty: true })
      try {
        await bare.start()
        await bare.wait()
        const seen = (await bare.logs({ stdout: true })).toString().replaceAll('\r', '')
        expect(seen).toMatch(/^Seccomp:/m)
        expect((await run(container, look)).stdout).toBe(seen)
      } finally {
        await bare.remove({ force: true })
      }
    })

    test('limits processes', async () => {
      const container = await bed.start(hardened({ pidsLimit: 40 }))
      const ran = await run(container, 'cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null')
      expect(ran.stdout).toBe('40\n')
    })

    test('drops capabilities and privileges, and commands can still be ended', async () => {
      const container = await bed.start(hardened({ dropCapabilities: ['ALL'], noNewPrivileges: true }))
      expect((await run(container, status)).stdout).toBe('0000000000000000\n1\n')
      const ran = await run(container, 'trap "" TERM; while :; do sleep 0.05; done', {
        user: 'nobody',
        timeoutMs: 500,
        killGraceMs: 200,
      })
      expect(ran.timedOut).toBe(true)
      expect((await run(container, 'cat /proc/[0-9]*/cmdline | tr "\\0" " "')).stdout).not.toContain('while :')
    })

    test('makes the root read-only, and leaves what a trial writes to', async () => {
      const contextDir = await bed.folder({
        Dockerfile: 'FROM debian:bookworm-slim\nWORKDIR /app\nCOPY given /app/\n',
        given: 'from the image',
      })
      const container = await bed.start({
        contextDir,
        buildTag: 'tbcc-test:given',
        ...hardened({ readOnlyRoot: true }),
      })
      expect((await run(container, 'touch /usr/bin/new')).exitCode).toBe(1)
      const ran = await run(
        container,
        'for d in /app /logs /tests /solution /tmp; do touch $d/new || exit 1; done; cat given',
      )
      expect(ran).toMatchObject({ exitCode: 0, stdout: 'from the image' })
      const { Mounts } = await client.getContainer(container.id).inspect()
      await container.stop()
      for (const { Name = '' } of Mounts) {
        await expect(client.getVolume(Name).inspect()).rejects.toMatchObject({ statusCode: 404 })
      }
    })
  })

  describe('deaths', () => {
    const kill = async (container: Container): Promise<void> => {
      await client.getContainer(container.id).kill()
    }

    test('a container killed from outside ends a command at once', async () => {
      const container = await bed.start()
      const begun = Promise.withResolvers<void>()
      const running = container.exec({ command: 'echo begun; sleep 1000', onOutput: () => begun.resolve() })
      const outcome = expect(running).rejects.toMatchObject({ code: 'environment-gone', details: { exitCode: 137 } })
      await begun.promise
      await kill(container)
      await outcome
      await expect(container.exec({ command: 'true' })).rejects.toMatchObject({ code: 'environment-gone' })
      expect(await container.state()).toEqual({ running: false, exitCode: 137, oomKilled: false })
    })

    test('one killed while a command starts is as gone', async () => {
      for (const afterMs of [0, 15, 30, 45, 60]) {
        const container = await bed.start()
        const running = container.exec({ command: 'sleep 1000' })
        const outcome = expect(running).rejects.toMatchObject({ code: 'environment-gone' })
        await new Promise((resolve) => setTimeout(resolve, afterMs))
        await kill(container)
        await outcome
      }
    })

    test('what a killed container wrote can still be read', async () => {
      const container = await bed.start()
      await run(container, 'echo kept > /app/log')
      await kill(container)
      expect(await container.getArchive('/app/log')).not.toBeNull()
      expect(await container.getArchive('/app/no-such-log')).toBeNull()
    })

    test('while a command is being ended, it counts as ended', async () => {
      const container = await bed.start()
      const command = 'trap "echo asked to" TERM; while :; do sleep 0.1; done'
      // Doubled until the command has set its trap in that time.
      for (let timeoutMs = 500; ; timeoutMs *= 2) {
        const asked = Promise.withResolvers<void>()
        const onOutput = (): void => asked.resolve()
        const running = container.exec({ command, timeoutMs, killGraceMs: 60_000, onOutput })
        if ((await Promise.race([asked.promise, running])) !== undefined) continue
        await kill(container)
        expect(await running).toMatchObject({ exitCode: null, timedOut: true })
        break
      }
    })

    test('a main process that takes too much memory', async () => {
      const whenAsked = 'until [ -e /tmp/eat ]; do sleep 0.05; done'
      const eat = `ENTRYPOINT ["sh", "-c", "${whenAsked}; exec perl -e '$x = q(a) x (256 * 1024 * 1024); sleep 9'"]\n`
      const container = await withDockerfile('greedy', eat, { memoryMb: 64 })
      const oomKilled = facts.tellsOomOfMain
      const running = container.exec({ command: 'touch /tmp/eat; sleep 1000' })
      await expect(running).rejects.toMatchObject({ code: 'environment-gone', details: { exitCode: 137, oomKilled } })
      expect(await container.state()).toMatchObject({ running: false, oomKilled })
    })

    test('a shell that was removed is no death', async () => {
      const container = await bed.start()
      await run(container, 'rm /bin/sh')
      const ran = await run(container, 'true')
      expect([126, 127]).toContain(ran.exitCode)
      expect(ran.stdout + ran.stderr).toContain('/bin/sh')
    })

    test('a command that kills itself is no death', async () => {
      const container = await bed.start()
      expect(await run(container, 'kill -KILL $$')).toMatchObject({ exitCode: 137, timedOut: false, cancelled: false })
      expect(await container.state()).toMatchObject({ running: true, oomKilled: false })
    })
  })
}

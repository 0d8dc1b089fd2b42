import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StoredEvent } from '../../src/contract/events.ts'
import { removeImage } from '../support/engine-clients.ts'
import { plainEnv, useJobs } from '../support/engine.ts'
import { openRegistry, openSshServer, type LoopbackServer, type SshServer } from '../support/loopback.ts'
import { describeOn, dockerSocket } from '../support/machine.ts'
import { openSecondEngine, secondEngineRefusal, type SecondEngine } from '../support/second-engine.ts'
import { BASE_IMAGE } from '../support/tasks.ts'

const run = promisify(execFile)

/** An image small enough to push: bash and what a test script needs of the base image. */
const SMALL = `FROM ${BASE_IMAGE} AS full
RUN mkdir /small && cd / && for tool in bash sh cat chmod cut echo find head id ls mkdir ps rm sleep sort tail test tr true wc; do \\
      path=$(command -v $tool 2>/dev/null || true); [ -x "$path" ] || continue; \\
      for file in $path $(ldd $path 2>/dev/null | grep -o '/[^ ]*'); do cp -L --parents $file /small; done; \\
    done; cp --parents /etc/passwd /etc/group /small; ln -s usr/bin /small/bin; mkdir -m 1777 /small/tmp
FROM scratch
COPY --from=full /small /
ENV PATH=/usr/bin:/bin
`

describeOn(['docker', 'registry'], 'images from a registry', () => {
  const jobs = useJobs('registry')
  let registry: LoopbackServer
  let image: string

  beforeAll(async () => {
    registry = await openRegistry()
    image = `127.0.0.1:${registry.port}/tbcc-test/small:1`
    const build = run('docker', ['-H', `unix://${dockerSocket}`, 'build', '-q', '-t', image, '-'], {
      env: { ...process.env, DOCKER_BUILDKIT: '0' },
    })
    build.child.stdin?.end(SMALL)
    await build
    await run('docker', ['-H', `unix://${dockerSocket}`, 'push', '-q', image])
    await removeImage(image)
  })

  afterAll(async () => {
    await removeImage(image)
    await registry[Symbol.asyncDispose]()
  })

  test('a missing one is pulled once for all trials, with progress; a present one is not', async () => {
    const task = await jobs.task({ name: 'pulled', image })
    const first = await jobs.run({ tasks: [task], config: { n_attempts: 2 } })
    expect(first.trials.map(({ record }) => record.outcome)).toEqual(['success', 'success'])
    expect(first.trials.map(({ record }) => record.environment?.imageSource)).toContain('pulled')
    const progress = first.trials.flatMap(({ events }) => events).filter((event) => event.type === 'image.progressed')
    expect(progress.every(({ stage }) => stage === 'pull')).toBe(true)
    expect(progress.length).toBeGreaterThan(0)
    const second = await jobs.run({ tasks: [task] })
    expect(second.of('pulled').record).toMatchObject({
      outcome: 'success',
      environment: { image, imageSource: 'present' },
    })
    expect(second.of('pulled').events.some(({ type }) => type === 'image.progressed')).toBe(false)
  })

  test('one that the registry does not have is named', async () => {
    const missing = image.replace(/:1$/, ':none')
    const { record } = (await jobs.run({ tasks: [await jobs.task({ name: 'absent', image: missing })] })).of('absent')
    expect(record).toMatchObject({ outcome: 'error', blame: 'infrastructure' })
    expect(record.exception?.message).toContain(missing)
  })
})

describeOn(['docker', 'ssh'], 'an engine over ssh', () => {
  const jobs = useJobs('ssh')
  let server: SshServer

  beforeAll(async () => {
    server = await openSshServer()
  })
  afterAll(async () => server[Symbol.asyncDispose]())

  test('whole trials, several at once', async () => {
    const engine = jobs.open({ ...plainEnv, ...server.env, DOCKER_HOST: server.host })
    const tasks = [
      await jobs.task({ name: 'far', solution: 'seq 100000; echo yes > done' }),
      await jobs.task({ name: 'away', solution: 'exit 1' }),
    ]
    const job = await jobs.run({ tasks, engine })
    expect(job.of('far').record, job.of('far').record.exception?.message).toMatchObject({ outcome: 'success' })
    expect((await job.of('far').read('agent/oracle.txt')).endsWith('99999\n100000\n')).toBe(true)
    expect(job.of('away').record).toMatchObject({ outcome: 'failure', blame: 'agent' })
  })

  test('a server that cannot be reached is said to be so', async () => {
    const engine = jobs.open({ ...plainEnv, ...server.env, DOCKER_HOST: server.host.replace(/:\d+$/, ':1') })
    const refused = jobs.run({ tasks: [await jobs.task({ name: 'nowhere' })], engine })
    await expect(refused).rejects.toMatchObject({ code: 'backend-unavailable' })
    await expect(refused).rejects.toThrow(/refused/)
  })
})

describeOn('docker', 'an engine that goes away', () => {
  const refusal = secondEngineRefusal()
  const jobs = useJobs('daemon')
  let second: SecondEngine

  beforeAll(async () => {
    if (refusal === null) second = await openSecondEngine(BASE_IMAGE)
  })
  afterAll(async () => {
    if (refusal === null) await second[Symbol.asyncDispose]()
  })

  test.for(['SIGTERM', 'SIGKILL'] as const)(
    'in the middle of a trial (%s): an error of the infrastructure, and resumable',
    async (signal, context) => {
      if (refusal !== null) return context.skip(`needs docker: ${refusal}`)
      const engine = jobs.open({ ...plainEnv, DOCKER_HOST: second.host })
      const quick = await jobs.task({ name: 'a-quick' })
      const cut = await jobs.task({ name: 'b-cut', solution: 'sleep 1; echo yes > done' })
      const stops: Promise<void>[] = []
      const onEvent = (trial: string | null, event: StoredEvent): void => {
        if (trial?.startsWith('b-cut') === true && event.type === 'command.started' && event.purpose === 'solution')
          stops.push(second.stop(signal))
      }
      const job = await jobs.run({ tasks: [quick, cut], engine, onEvent, config: { n_concurrent_trials: 1 } })
      await Promise.all(stops)
      expect(job.of('a-quick').record.outcome).toBe('success')
      const { record } = job.of('b-cut')
      expect(record).toMatchObject({ outcome: 'error', blame: 'infrastructure', exception: { type: 'RuntimeError' } })

      await second.start()
      const resumed = await jobs.resume(job.name, { engine, exceptions: ['RuntimeError'] })
      expect(resumed.trials.map(({ record }) => [record.outcome, record.replaced])).toEqual([
        ['success', 0],
        ['success', 1],
      ])
      // What the daemon kept of the first run belongs to this process, which lives: it goes with its owner.
      const left = await second.client.listContainers({ all: true, filters: { label: ['tbcc.trial'] } })
      expect(left.every(({ State }) => State !== 'running')).toBe(true)
    },
  )
})

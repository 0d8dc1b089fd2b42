import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Container, ExecRequest } from '../../src/core/environment/backend.ts'
import { type Bed, eventually, type Ran, run } from './backend-bed.ts'

/** A command that has not begun in this time does not begin at all. */
const LONGEST_MS = 60_000

/** That a timeout or a cancellation ends what descends from a command, and nothing else. */
export function stopSuite(bed: Bed): void {
  describe('timeout and cancellation', () => {
    let container: Container
    let marker = ''
    /** Time for a command to begin here; doubled where it was not enough. */
    let timeoutMs = 1000
    beforeEach(async () => {
      container ??= await bed.start()
      marker = `mark-${randomUUID()}`
    })

    /** How many processes carry this test's mark in their environment; zombies have none. */
    const marked = async (): Promise<number> => {
      const ran = await run(container, `grep -lz "^MARK=${marker}$" /proc/[0-9]*/environ 2>/dev/null | wc -l`)
      return Number(ran.stdout)
    }
    /** Runs a command that says "begun" first, until its time ends it after that. */
    const stopped = async (command: string, options: Pick<ExecRequest, 'killGraceMs' | 'user'> = {}): Promise<Ran> => {
      const ran = await run(container, command, { timeoutMs, killGraceMs: 400, env: { MARK: marker }, ...options })
      if (ran.stdout.startsWith('begun\n') || timeoutMs > LONGEST_MS) return ran
      timeoutMs *= 2
      marker = `mark-${randomUUID()}`
      return stopped(command, options)
    }

    test('a command in time is not touched', async () => {
      expect(await run(container, 'sleep 0.2; echo done', { timeoutMs: 30_000 })).toMatchObject({
        exitCode: 0,
        timedOut: false,
        stdout: 'done\n',
      })
    })

    test('a command over its time is ended', async () => {
      const ran = await stopped('echo begun; sleep 1000')
      expect(ran).toMatchObject({ exitCode: null, timedOut: true, cancelled: false, stdout: 'begun\n' })
      expect(await marked()).toBe(0)
    })

    test('gets the chance to end by itself', async () => {
      const ran = await stopped('trap "echo cleaning; exit 5" TERM; echo begun; while :; do sleep 0.05; done', {
        killGraceMs: 60_000,
      })
      expect(ran).toMatchObject({ exitCode: null, timedOut: true, stdout: 'begun\ncleaning\n' })
      expect(ran.durationMs, 'it is not waited for any longer').toBeLessThan(60_000)
    })

    test('one that ignores TERM is killed', async () => {
      const ran = await stopped('trap "" TERM; echo begun; while :; do sleep 0.05; done')
      expect(ran).toMatchObject({ exitCode: null, timedOut: true, stdout: 'begun\n' })
      expect(await marked()).toBe(0)
    })

    test('children that ignore TERM outlive their parents no longer than the grace', async () => {
      const child = 'bash -c "trap \\"\\" TERM; echo begun; while :; do sleep 0.05; done"'
      expect((await stopped(`for n in 1 2 3; do ${child} & done; wait`)).stdout).toMatch(/^begun\n/)
      expect(await marked()).toBe(0)
    })

    test('descendants in sessions and groups of their own are ended too', async () => {
      const ran = await stopped('setsid bash -c "setsid sleep 1000 & echo begun; setsid sleep 1001; wait" & wait')
      expect(ran.stdout).toBe('begun\n')
      expect(await marked()).toBe(0)
    })

    test('stopped descendants are ended too', async () => {
      expect((await stopped('sleep 1000 & kill -STOP $!; echo begun; wait')).stdout).toBe('begun\n')
      expect(await marked()).toBe(0)
    })

    test('a tree that keeps growing is ended', async () => {
      const grow = 'grow() { for n in 1 2 3 4 5; do sleep 0.03; bash -c "sleep 1000" & done; grow & wait; }'
      expect((await stopped(`${grow}; echo begun; grow`)).stdout).toBe('begun\n')
      expect(await marked()).toBe(0)
    })

    test('a daemon that was already handed over to the main process stays', async () => {
      const ran = await stopped('(setsid sleep 1000 > /dev/null 2>&1 &); echo begun; sleep 1001')
      expect(ran).toMatchObject({ timedOut: true, stdout: 'begun\n' })
      expect(await marked()).toBe(1)
      await run(container, `kill $(grep -lz "^MARK=${marker}$" /proc/[0-9]*/environ | cut -d/ -f3)`)
    })

    test('a daemon that holds the output open does not hold the call', async () => {
      const ran = await stopped('(setsid sleep 1000 &); echo begun; sleep 1001')
      expect(ran).toMatchObject({ timedOut: true, stdout: 'begun\n' })
      expect(await marked()).toBe(1)
      await run(container, `kill $(grep -lz "^MARK=${marker}$" /proc/[0-9]*/environ | cut -d/ -f3)`)
    })

    test('other commands of the environment go on', async () => {
      const file = `/tmp/${randomUUID()}`
      const other = run(container, `touch ${file}; while [ -e ${file} ]; do sleep 0.05; done; echo survived`)
      await eventually('it runs', async () => (await run(container, `test -e ${file}`)).exitCode === 0)
      expect((await stopped('echo begun; sleep 1000')).stdout).toBe('begun\n')
      await run(container, `rm ${file}`)
      expect(await other).toMatchObject({ exitCode: 0, stdout: 'survived\n' })
    })

    test('while the consumer holds it back', async () => {
      const result = await container.exec({
        command: 'yes',
        timeoutMs,
        killGraceMs: 300,
        env: { MARK: marker },
        onOutput: () => new Promise((resolve) => setTimeout(resolve, 15)),
      })
      expect(result).toMatchObject({ exitCode: null, timedOut: true })
      expect(await marked()).toBe(0)
    })

    test('cancelled before the start, nothing is run', async () => {
      const ran = await run(container, 'touch /tmp/should-not-be', { signal: AbortSignal.abort() })
      expect(ran).toMatchObject({ exitCode: null, cancelled: true, timedOut: false, outputBytes: 0 })
      expect((await run(container, 'test -e /tmp/should-not-be')).exitCode).toBe(1)
    })

    test('cancelled at once after the call, nothing is left', async () => {
      const controller = new AbortController()
      const running = run(container, 'sleep 1000', { signal: controller.signal, env: { MARK: marker } })
      controller.abort()
      expect(await running).toMatchObject({ exitCode: null, cancelled: true })
      expect(await marked()).toBe(0)
    })

    test('cancelled in the middle', async () => {
      const controller = new AbortController()
      const running = run(container, 'sleep 1000', { signal: controller.signal, env: { MARK: marker } })
      await eventually('the command runs', async () => (await marked()) > 0)
      controller.abort()
      expect(await running).toMatchObject({ exitCode: null, cancelled: true, timedOut: false })
      expect(await marked()).toBe(0)
    })

    test.runIf(bed.facts.users)('commands of other users are ended too', async () => {
      const ran = await stopped('trap "" TERM; echo begun; while :; do sleep 0.05; done', { user: 'nobody' })
      expect(ran).toMatchObject({ timedOut: true, stdout: 'begun\n' })
      expect(await marked()).toBe(0)
    })
  })
}

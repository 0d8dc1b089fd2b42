import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/contract/errors.ts'
import type { ExecResult, ImageProgress } from '../../src/core/environment/backend.ts'
import { type Bed, run, TEST_LABELS, uniqueName } from './backend-bed.ts'

/** From the probe to the removal. */
export function lifecycleSuite(bed: Bed): void {
  describe('probe', () => {
    test('says what answers and what it can', async () => {
      const probe = await bed.backend.probe()
      if (!probe.available) throw new Error(probe.reason)
      expect(probe.version).toMatch(/\d/)
      expect(probe.endpoint).not.toBe('')
      expect(probe.capabilities.platform).toMatch(/^linux\//)
      expect(probe.capabilities.hostMemoryMb).toBeGreaterThan(100)
      expect(probe.capabilities.hostCpus).toBeGreaterThan(0)
    })
  })

  describe('environments', () => {
    test('are refused when they ask for more than the host has', async () => {
      expect(await bed.backend.refuse(bed.spec())).toBeNull()
      expect(await bed.backend.refuse(bed.spec({ memoryMb: 100_000_000 }))).toMatch(/memory/)
    })

    test('know their image', async () => {
      const progress: ImageProgress[] = []
      const { signal } = new AbortController()
      const image = await bed.backend.ensureImage(bed.spec(), (step) => progress.push(step), signal)
      expect(image.id).not.toBe('')
      expect(image.workdir).toBe('/app')
      expect((await bed.backend.hasImages([image.name])).get(image.name)?.present).toBe(true)
    })

    test('work in another directory when told so', async () => {
      const container = await bed.start({ workdir: '/srv' })
      expect(container.workdir).toBe('/srv')
      expect((await run(container, 'pwd')).stdout).toBe('/srv\n')
    })

    test('without a network have none', async () => {
      const container = await bed.start({ network: 'no-network' })
      const seen = await run(container, 'cut -d: -f1 -s /proc/net/dev | tr -d " "; grep -c "00000000" /proc/net/route')
      expect(seen.stdout.split('\n').filter(Boolean)).toEqual(['lo', '0'])
    })

    test('live until they are stopped, twice if need be', async () => {
      const container = await bed.start()
      expect(await container.state()).toEqual({ running: true, exitCode: null, oomKilled: false })
      await container.stop()
      await container.stop()
      expect((await container.state()).running).toBe(false)
      expect((await bed.listed()).map(({ id }) => id)).not.toContain(container.id)
    })

    test('that were stopped are gone for whoever still uses them', async () => {
      const container = await bed.start()
      await container.stop()
      await expect(container.exec({ command: 'true' })).rejects.toMatchObject({ code: 'environment-gone' })
      await expect(container.getArchive('/app')).rejects.toMatchObject({ code: 'environment-gone' })
      await expect(container.changes()).rejects.toMatchObject({ code: 'environment-gone' })
    })

    test('that are stopped while a command runs take it with them', async () => {
      const container = await bed.start()
      const running = container.exec({ command: 'sleep 1000' })
      const outcome = expect(running).rejects.toMatchObject({ code: 'environment-gone' })
      await run(container, 'true')
      await container.stop()
      await outcome
    })

    test('that are being stopped run a command or are gone for it: it is never refused as if it were at fault', async () => {
      const container = await bed.start()
      let isStopping = true
      const removed = container.stop().finally(() => {
        isStopping = false
      })
      const ends: Promise<number | string | null>[] = []
      while (isStopping) {
        ends.push(endOf(container.exec({ command: 'true' })))
        await delay(10)
      }
      await removed
      expect((await Promise.all(ends)).filter((end) => end !== 0 && end !== 'environment-gone')).toEqual([])
    })

    test('are listed with whom they belong to, and whether they are kept', async () => {
      const container = await bed.start()
      const find = async () => (await bed.listed()).find(({ id }) => id === container.id)
      expect(await find()).toMatchObject({ labels: TEST_LABELS, kept: false, running: true })
      await container.keep()
      expect(await find()).toMatchObject({ labels: TEST_LABELS, kept: true, running: true })
      expect((await run(container, 'echo alive')).stdout).toBe('alive\n')
      await bed.backend.remove(container.id)
      await bed.backend.remove(container.id)
      expect(await find()).toBeUndefined()
    })

    test('may have names that are taken', async () => {
      const { signal } = new AbortController()
      const spec = bed.spec()
      const image = await bed.backend.ensureImage(spec, () => undefined, signal)
      const request = { spec, image, name: uniqueName(), labels: TEST_LABELS }
      const first = await bed.backend.start(request, signal)
      const second = await bed.backend.start(request, signal)
      try {
        expect(first.id).not.toBe(second.id)
      } finally {
        await Promise.all([first.stop(), second.stop()])
      }
    })

    test('whose start is cancelled leave nothing behind', async () => {
      const spec = bed.spec()
      const image = await bed.backend.ensureImage(spec, () => undefined, new AbortController().signal)
      const before = new Set((await bed.listed()).map(({ id }) => id))
      for (const afterMs of [0, 10, 40, 80]) {
        const signal = AbortSignal.timeout(afterMs)
        const starting = bed.backend.start({ spec, image, name: uniqueName(), labels: TEST_LABELS }, signal)
        // One that is faster than the cancellation has been started.
        await starting.then(
          async (container) => container.stop(),
          (error: unknown) => expect(error).toMatchObject({ code: 'cancelled' }),
        )
      }
      expect((await bed.listed()).filter(({ id }) => !before.has(id))).toEqual([])
    })

    test('are not seen by each other', async () => {
      const [one, two] = await Promise.all([bed.start(), bed.start()])
      await run(one, 'echo mine > /tmp/mine; sleep 1000 > /dev/null 2>&1 & disown')
      expect((await run(two, 'test -e /tmp/mine')).exitCode).toBe(1)
      expect((await run(two, 'cat /proc/[0-9]*/cmdline | tr "\\0" " "')).stdout).not.toContain('sleep 1000')
    })
  })

  describe.runIf(bed.facts.limits)('limits', () => {
    test('are applied, and seen from inside', async () => {
      const container = await bed.start({ cpus: 1, memoryMb: 256 })
      expect(container.enforcement.limits).toEqual({ cpus: 1, memoryMb: 256 })
      expect((await run(container, MEMORY_LIMIT)).stdout.trim()).toBe(String(256 * 1024 * 1024))
      expect((await run(container, CPU_LIMIT)).stdout.trim()).toBe('1.00')
    })

    test('are not there unless asked for', async () => {
      const container = await bed.start()
      expect(container.enforcement).toEqual({ limits: { cpus: null, memoryMb: null }, notEnforced: [] })
      expect(Number((await run(container, MEMORY_LIMIT)).stdout) || Infinity).toBeGreaterThan(2 ** 40)
    })

    test('end who takes more memory, which the state tells', async () => {
      const container = await bed.start({ memoryMb: 64 })
      const greedy = await run(container, `perl -e '$x = "a" x (256 * 1024 * 1024); print length $x'`)
      expect(greedy).toMatchObject({ exitCode: 137, stdout: '' })
      expect(await container.state()).toMatchObject({ running: true, oomKilled: true })
    })
  })
}

/** Its exit code, or that of the error. */
async function endOf(running: Promise<ExecResult>): Promise<number | string | null> {
  return running.then(
    ({ exitCode }) => exitCode,
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )
}

/** Of control groups v2 and v1. */
const MEMORY_LIMIT = 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null | head -1'
const CPU_LIMIT = `if [ -e /sys/fs/cgroup/cpu.max ]; then read quota period < /sys/fs/cgroup/cpu.max
else quota=$(cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us) period=$(cat /sys/fs/cgroup/cpu/cpu.cfs_period_us); fi
awk "BEGIN { printf \\"%.2f\\", $quota / $period }"`

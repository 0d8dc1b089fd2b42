import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Container } from '../../src/core/environment/backend.ts'
import { type Bed, bytes, eventually, run } from './backend-bed.ts'

const MIB = 1024 * 1024

/** That nothing of a command's output is lost, changed or hoarded. */
export function outputSuite(bed: Bed): void {
  describe('output', () => {
    let container: Container
    beforeAll(async () => {
      container = await bed.start()
    })

    test('ten megabytes of every byte value come back as they went in', async () => {
      const all = Buffer.from(Array.from({ length: 256 * 256 }, (_, n) => (n + (n >> 8)) & 255))
      const sent = createHash('sha256')
      const got = createHash('sha256')
      const chunks = Array.from({ length: 160 }, () => all)
      for (const chunk of chunks) sent.update(chunk)
      const result = await container.exec({
        command: ['cat'],
        stdin: bytes(...chunks),
        onOutput: ({ data }) => void got.update(data),
      })
      expect(result).toMatchObject({ exitCode: 0, outputBytes: 160 * all.length })
      expect(got.digest('hex')).toBe(sent.digest('hex'))
    })

    test('one line of five megabytes', async () => {
      const ran = await run(container, 'head -c 5000000 /dev/zero | tr "\\0" x')
      expect(ran.outputBytes).toBe(5_000_000)
      expect(ran.stdout.replaceAll('x', '')).toBe('')
    })

    test('what is printed right before the exit is never lost', async () => {
      for (let n = 0; n < 50; n += 1) {
        const ran = await run(container, `head -c 20000 /dev/zero | tr '\\0' y; echo err >&2; printf 'last ${n}'`)
        expect(ran.stdout.slice(20_000)).toBe(`last ${n}`)
        expect(ran.stderr).toBe('err\n')
      }
    })

    test('more than the limit is counted and dropped', async () => {
      const ran = await run(container, 'head -c 300000 /dev/zero | tr "\\0" z', { maxOutputBytes: 1000 })
      expect(ran).toMatchObject({ exitCode: 0, truncated: true, outputBytes: 300_000 })
      expect(ran.stdout).toBe('z'.repeat(1000))
      const whole = await run(container, 'head -c 1000 /dev/zero', { maxOutputBytes: 1000 })
      expect(whole).toMatchObject({ truncated: false, outputBytes: 1000 })
    })

    test('without a consumer it is counted', async () => {
      expect(await container.exec({ command: 'echo four' })).toMatchObject({ exitCode: 0, outputBytes: 5 })
    })

    test('a consumer that does not go on holds the producer back', async () => {
      const gate = Promise.withResolvers<void>()
      let received = 0
      const running = container.exec({
        command: 'head -c 67108864 /dev/zero; touch /tmp/all-printed',
        onOutput: async ({ data }) => {
          received += data.length
          await gate.promise
        },
      })
      await eventually('the first output', () => Promise.resolve(received > 0))
      const before = process.memoryUsage().rss
      await new Promise((resolve) => setTimeout(resolve, 2500))
      expect((await run(container, 'test -e /tmp/all-printed')).exitCode).toBe(1)
      expect(process.memoryUsage().rss - before).toBeLessThan(40 * MIB)
      gate.resolve()
      expect(await running).toMatchObject({ exitCode: 0, outputBytes: 64 * MIB })
      expect(received).toBe(64 * MIB)
    })

    test('a consumer slower than the command’s end gets everything', async () => {
      // At which size something is left in pipes when the command ends depends on all the buffers on the way.
      const sizes = Array.from({ length: 12 }, (_, n) => 2_240_000 + n * 40_000)
      const received = await Promise.all(
        sizes.map(async (size) => {
          const own = await bed.start()
          let bytes = 0
          const { exitCode } = await own.exec({
            command: `head -c ${size} /dev/zero`,
            onOutput: async ({ data }) => {
              // Longer than engines wait for the rest of an ended command's output.
              if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 5000))
              bytes += data.length
            },
          })
          await own.stop()
          expect(exitCode).toBe(0)
          return bytes
        }),
      )
      expect(received).toEqual(sizes)
    })

    test('a consumer that fails ends the command, and its error is thrown', async () => {
      const failing = container.exec({
        command: 'echo go; sleep 2000',
        onOutput: () => Promise.reject(new Error('the disk is full')),
      })
      await expect(failing).rejects.toThrow('the disk is full')
      expect((await run(container, 'cat /proc/[0-9]*/cmdline | tr "\\0" " "')).stdout).not.toContain('sleep 2000')
    })
  })
}

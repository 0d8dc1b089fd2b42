import { beforeAll, describe, expect, test } from 'vitest'
import type { Container } from '../../src/core/environment/backend.ts'
import { type Bed, bytes, run } from './backend-bed.ts'

/** How commands are run. */
export function execSuite(bed: Bed): void {
  describe('exec', () => {
    let container: Container
    beforeAll(async () => {
      container = await bed.start({ env: { FROM_SPEC: 'given' } })
    })

    test('runs a text by bash and tells its exit code', async () => {
      const ran = await run(
        container,
        'set -o pipefail; false | cat; code=$?; [[ -n $BASH_VERSION ]] && exit $((code + 6))',
      )
      expect(ran).toMatchObject({ exitCode: 7, timedOut: false, cancelled: false, truncated: false, outputBytes: 0 })
      expect(ran.durationMs).toBeGreaterThan(0)
    })

    test('runs words as they stand', async () => {
      const ran = await run(container, ['printf', '%s|', '$HOME', 'a b', '', '"'])
      expect(ran).toMatchObject({ exitCode: 0, stdout: '$HOME|a b||"|', stderr: '' })
    })

    test('tells the streams apart', async () => {
      const ran = await run(container, 'echo out; echo err >&2')
      expect(ran).toMatchObject({ stdout: 'out\n', stderr: 'err\n', outputBytes: 8 })
    })

    test('passes output on as it comes, in its order', async () => {
      const order: string[] = []
      const seen: Promise<unknown>[] = []
      // A line is printed when the one before it has arrived: two streams alone have no order to count on.
      const heard = 'until [ -e "/tmp/heard-$1" ]; do sleep 0.02; done'
      await container.exec({
        command: `heard() { ${heard}; }; for n in 1 2 3; do echo "out $n"; heard "out $n"; echo "err $n" >&2; heard "err $n"; done`,
        onOutput({ data }) {
          order.push(Buffer.from(data).toString())
          seen.push(run(container, ['touch', `/tmp/heard-${order.at(-1)?.trim()}`]))
        },
      })
      await Promise.all(seen)
      expect(order.join('')).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n')
    })

    test('a command that cannot be found ends with 127', async () => {
      const ran = await run(container, ['no-such-program'])
      expect(ran.exitCode).toBe(127)
      expect(ran.stderr).toContain('no-such-program')
    })

    test('a missing directory ends like docker exec, with the reason as output', async () => {
      const ran = await run(container, 'true', { cwd: '/no/such/folder' })
      expect([126, 127]).toContain(ran.exitCode)
      expect(ran.stdout + ran.stderr).toContain('/no/such/folder')
    })

    test('works in the image’s directory unless told otherwise', async () => {
      expect(container.workdir).toBe('/app')
      expect((await run(container, 'pwd')).stdout).toBe('/app\n')
      expect((await run(container, 'pwd', { cwd: '/tmp' })).stdout).toBe('/tmp\n')
    })

    test('knows the variables of image and environment, and those of the command alone', async () => {
      const print = 'echo "$FROM_IMAGE,$FROM_SPEC,$FROM_EXEC"'
      const value = 'two words\nand "quotes" = $x'
      expect((await run(container, print, { env: { FROM_EXEC: value } })).stdout).toBe(`yes,given,${value}\n`)
      expect((await run(container, print, { env: { FROM_SPEC: 'replaced' } })).stdout).toBe('yes,replaced,\n')
    })

    test('puts no variable on a command line', async () => {
      const ran = await run(container, 'cat /proc/[0-9]*/cmdline | tr "\\0" "\\n"', { env: { TOKEN: 'hidden-value' } })
      expect(ran.stdout).toContain('cat /proc')
      expect(ran.stdout).not.toContain('hidden-value')
    })

    test('empty standard input where none is given', async () => {
      expect(await run(container, 'cat')).toMatchObject({ exitCode: 0, stdout: '' })
    })

    test('standard input is written and then closed', async () => {
      const ran = await run(container, 'cat; echo end', { stdin: bytes('one\n', 'two\n') })
      expect(ran.stdout).toBe('one\ntwo\nend\n')
    })

    test('a command that does not read its standard input ends all the same', async () => {
      const much = Array.from({ length: 80 }, () => Buffer.alloc(64 * 1024, 'x'))
      const ran = await run(container, 'head -c 3; exit 4', { stdin: bytes(...much) })
      expect(ran).toMatchObject({ exitCode: 4, ...(bed.facts.mayLoseOutput === true ? {} : { stdout: 'xxx' }) })
    })

    test('a standard input that fails ends the command and is thrown', async () => {
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('first')
        throw new Error('the source broke')
      }
      await expect(run(container, 'cat; sleep 1000', { stdin: failing() })).rejects.toThrow('the source broke')
      expect((await run(container, 'cat /proc/[0-9]*/cmdline | tr "\\0" " "')).stdout).not.toContain('sleep 1000')
    })

    test('output of an ended command, open in a daemon, does not hold the call', async () => {
      const ran = await run(container, 'sleep 1000 & echo $!; exit 3')
      expect(ran.exitCode).toBe(3)
      const daemon = Number(ran.stdout)
      expect((await run(container, `kill ${daemon}`)).exitCode).toBe(0)
    })

    test('a command that closes its output is waited for', async () => {
      const ran = await run(container, 'exec >&- 2>&-; sleep 0.7; touch /tmp/closed; exit 9')
      expect(ran.exitCode).toBe(9)
      expect((await run(container, 'test -e /tmp/closed')).exitCode).toBe(0)
    })

    test('many at once do not mix', async () => {
      const all = await Promise.all(
        Array.from({ length: 12 }, async (_, n) =>
          run(container, `for i in $(seq 200); do echo ${n}; done; exit ${n}`),
        ),
      )
      for (const [n, ran] of all.entries()) {
        expect(ran).toMatchObject({ exitCode: n, stdout: `${n}\n`.repeat(200) })
      }
    })

    describe.runIf(bed.facts.users)('as another user', () => {
      test('by name and by number', async () => {
        expect((await run(container, 'id -un', { user: 'nobody' })).stdout).toBe('nobody\n')
        expect((await run(container, 'id -u', { user: 1234 })).stdout).toBe('1234\n')
      })

      test('a missing user ends like docker exec, with the reason as output', async () => {
        const ran = await run(container, 'true', { user: 'no-such-user' })
        expect(ran.exitCode).toBe(126)
        expect(ran.stdout + ran.stderr).toMatch(/no-such-user|no users found/)
      })
    })
  })
}

import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Container, Terminal, TerminalRequest } from '../../src/core/environment/backend.ts'
import { type Bed, eventually, run } from './backend-bed.ts'

const SIZE = { columns: 90, rows: 33 }

/** Programs on a terminal. */
export function terminalSuite(bed: Bed): void {
  describe('terminals', () => {
    let container: Container
    beforeAll(async () => {
      container = await bed.start({ env: { FROM_SPEC: 'given' } })
    })

    test('an interactive shell shows a prompt, echoes keys and runs them', async () => {
      const shell = await open(container)
      await shell.until(/# $/)
      await shell.type('echo $((6*7))"-$FROM_SPEC-$TERM"; pwd; [ -t 0 ] && [ -t 2 ] && echo terminal\r')
      await shell.until(/42-given-xterm-256color\r\n\/app\r\nterminal\r\n/)
      expect(shell.text()).toContain('echo $((6*7))')
      await shell.type('exit 7\r')
      expect(await shell.terminal.exited).toEqual({ exitCode: 7 })
      await shell.ended
    })

    test('the size is as asked from the start, and follows a resize', async () => {
      const shell = await open(container, {
        command: ['bash', '-c', 'stty size; while read -r line; do stty size; done'],
      })
      await shell.until(/^33 90\r\n/)
      await shell.terminal.resize(120, 40)
      await shell.type('now\r')
      await shell.until(/40 120\r\n/)
    })

    test('a resize is told to the program', async () => {
      const command = ['bash', '-c', 'trap "stty size" WINCH; echo ready; while :; do sleep 0.05; done']
      const shell = await open(container, { command })
      await shell.until(/ready/)
      await shell.terminal.resize(77, 22)
      await shell.until(/22 77\r\n/)
    })

    test('escapes and bytes that are no text pass as they are', async () => {
      const script = String.raw`stty -opost; printf '\033[31mred\033[0m \000\377\376 \303\274 end'`
      const shell = await open(container, { command: ['bash', '-c', script] })
      await shell.ended
      const expected = Buffer.concat([
        Buffer.from('\u001b[31mred\u001b[0m '),
        Buffer.from([0, 0xff, 0xfe]),
        Buffer.from(' ü end'),
      ])
      expect(shell.bytes().toString('hex')).toBe(expected.toString('hex'))
      expect(await shell.terminal.exited).toEqual({ exitCode: 0 })
    })

    test('control keys act on the program', async () => {
      const shell = await open(container)
      await shell.until(/# $/)
      // One process that catches nothing: a shell that is just starting its next command may miss the key.
      await shell.type(`perl -e '$| = 1; print "running\\n"; sleep 1000'\r`)
      await shell.until(/\n\r?running\r\n/)
      await shell.type('\u0003')
      // What is typed before the prompt is thrown away with the interrupted line. The terminal echoes the key once it has
      // told the program, which may be after the prompt.
      await shell.until(/\n\r?running\r\n[^]*# (?:\^C)?$/)
      await shell.type('echo back\r')
      await shell.until(/\n\r?back\r\n/)
    })

    test('a paste of one MiB arrives whole', async () => {
      const paste = Array.from({ length: 16_384 }, (_, n) => `${String(n).padStart(63, 'x')}\n`).join('')
      const shell = await open(container, { command: ['bash', '-c', 'stty -echo; echo ready; cat | sha256sum'] })
      await shell.until(/ready/)
      await shell.type(paste)
      await shell.type('\u0004')
      await shell.until(new RegExp(createHash('sha256').update(paste).digest('hex')))
    })

    test('much output arrives whole, however late it is read', async () => {
      const terminal = await attach(container, { command: ['bash', '-c', 'stty -opost; seq 400000; echo end'] })
      await delay(500)
      const reader = collect(terminal)
      await reader.ended
      const expected = `${Array.from({ length: 400_000 }, (_, n) => n + 1).join('\n')}\nend\n`
      expect(reader.text().length).toBe(expected.length)
      expect(reader.text() === expected).toBe(true)
    })

    test('variables are those of the container and its own, and stand on no command line', async () => {
      const list = 'echo "$TOKEN,$FROM_SPEC"; cat /proc/[0-9]*/cmdline | tr "\\0" "\\n"; echo end'
      const shell = await open(container, { command: ['bash', '-c', list], env: { TOKEN: 'hidden-value' } })
      await shell.ended
      expect(shell.text()).toMatch(/^hidden-value,given\r\n/)
      expect(shell.text().match(/hidden-value/g)).toHaveLength(1)
    })

    test('another directory and user', async () => {
      const shell = await open(container, { command: ['bash', '-c', 'pwd; id -un'], cwd: '/tmp', user: 'root' })
      await shell.ended
      expect(shell.text()).toBe('/tmp\r\nroot\r\n')
    })

    test('a missing user or directory is refused with the reason', async () => {
      await expect(attach(container, { user: 'nobody-here' })).rejects.toMatchObject({ code: 'invalid-input' })
      await expect(attach(container, { user: 'nobody-here' })).rejects.toThrow('nobody-here')
      const missing = attach(container, { cwd: '/no/such/folder' })
      await expect(missing).rejects.toMatchObject({ code: 'invalid-input' })
    })

    test('closing ends all that descends from it, and returns after that', async () => {
      const shell = await open(container)
      await shell.until(/# $/)
      await shell.type('(trap "" TERM HUP; exec -a stubborn-child sleep 1000) & setsid -f true; echo started\r')
      await shell.until(/\n\r?started\r\n/)
      await eventually('it runs', async () => (await processes()).includes('stubborn-child'))
      await shell.terminal.close()
      expect(await processes()).not.toContain('stubborn-child')
      expect(await shell.terminal.exited).toEqual({ exitCode: null })
      await shell.ended
      await shell.terminal.close()
    })

    test('closing does not need a reader', async () => {
      const terminal = await attach(container, { command: ['bash', '-c', 'exec -a endless-yes yes'] })
      await eventually('it runs', async () => (await processes()).includes('endless-yes'))
      await terminal.close()
      expect(await processes()).not.toContain('endless-yes')
    })

    test('aborting closes it', async () => {
      const controller = new AbortController()
      const shell = await open(container, {
        command: ['bash', '-c', 'echo up; exec -a abortable sleep 1000'],
        signal: controller.signal,
      })
      await shell.until(/up/)
      controller.abort()
      expect(await shell.terminal.exited).toEqual({ exitCode: null })
      await shell.ended
      expect(await processes()).not.toContain('abortable')
      await expect(attach(container, { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' })
    })

    test('after its end nothing can be typed', async () => {
      const shell = await open(container, { command: ['true'] })
      await shell.ended
      await expect(shell.type('x')).rejects.toMatchObject({ code: 'not-found' })
      await shell.terminal.resize(80, 24)
      await shell.terminal.close()
      expect(await shell.terminal.exited).toEqual({ exitCode: 0 })
    })

    test('several at once do not meet', async () => {
      const shells = await Promise.all([1, 2, 3].map(async (n) => ({ n, shell: await open(container) })))
      for (const { n, shell } of shells) await shell.type(`mark=own-$((${n}*111))\r`)
      for (const { n, shell } of shells) {
        await shell.type('echo "<$mark>"\r')
        await shell.until(new RegExp(`<own-${n * 111}>`))
      }
    })

    test('an environment that goes takes its terminals along', async () => {
      const own = await bed.start()
      const shell = await open(own)
      await shell.until(/# $/)
      await own.stop()
      expect(await shell.terminal.exited).toEqual({ exitCode: null })
      await shell.ended
      await expect(shell.type('x')).rejects.toMatchObject({ code: 'environment-gone' })
      await expect(attach(own)).rejects.toMatchObject({ code: 'environment-gone' })
      await shell.terminal.close()
    })

    test('those that are closed while their environment is removed close without an error', async () => {
      for (const pauseMs of [5, 10, 15]) {
        const own = await bed.start()
        const shells = await Promise.all(Array.from({ length: 8 }, async () => open(own)))
        const closing = shells.map(async (shell, n) => {
          await delay(n * pauseMs)
          await shell.terminal.close()
          await shell.ended
        })
        await Promise.all([own.stop(), ...closing])
      }
    })

    async function processes(): Promise<string> {
      return (await run(container, 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" "\\n"')).stdout
    }
  })
}

async function attach(container: Container, request: Partial<TerminalRequest> = {}): Promise<Terminal> {
  const terminal = await container.attachTerminal({ ...SIZE, ...request })
  onTestFinished(async () => terminal.close().catch(() => undefined))
  return terminal
}

async function open(container: Container, request: Partial<TerminalRequest> = {}) {
  return collect(await attach(container, request))
}

/** Reads all that a terminal prints. */
function collect(terminal: Terminal) {
  const chunks: Uint8Array[] = []
  let over = false
  let wake = Promise.withResolvers<void>()
  const read = async (): Promise<void> => {
    for await (const chunk of terminal.output) {
      chunks.push(chunk)
      wake.resolve()
    }
    over = true
    wake.resolve()
  }
  const bytes = (): Buffer => Buffer.concat(chunks)
  const text = (): string => bytes().toString('utf8')
  return {
    terminal,
    ended: read(),
    bytes,
    text,
    type: async (keys: string) => terminal.write(Buffer.from(keys)),
    /** Resolves when what was printed so far, without escapes, matches. */
    async until(pattern: RegExp): Promise<void> {
      const plain = (): string => text().replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
      while (!pattern.test(plain())) {
        if (over) throw new Error(`it ended without ${pattern}: ${JSON.stringify(text().slice(-2000))}`)
        wake = Promise.withResolvers<void>()
        await wake.promise
      }
    },
  }
}

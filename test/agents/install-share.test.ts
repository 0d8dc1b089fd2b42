import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { InstallRecipe } from '../../src/core/agent/installed/installed-agent.ts'
import type { Container, ExecRequest, ExecResult } from '../../src/core/environment/backend.ts'
import { useInstallBed } from '../support/install-bed.ts'

/** No toolchain can be prepared for the machine of this file: its registry is the last way. */
const TOOL: InstallRecipe = {
  program: 'tool',
  versionCommand: 'tool --version',
  packages: [],
  vendor: { glibc: 'bring by vendor', musl: null },
  registry: { kind: 'pypi', name: 'tool', runtime: 'python', runtimeVersion: null },
  path: [],
}
const TIMEOUT_MS = 100_000
const TOO_LONG = "vendor: took longer than its share of the setup's time, 50 s"

const setup = useInstallBed()

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('a way that hangs is ended after its share, dpkg is repaired, and the next way brings the program', async () => {
  const machine = fakeMachine({ 'bring by vendor': 'hangs', 'uv tool install tool': 'brings' })
  const installing = setup.install(machine.container, TOOL, { timeoutMs: TIMEOUT_MS })
  await machine.hanging
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS / 2)
  const installed = await installing
  expect(installed.setup).toEqual({
    way: 'registry',
    version: '1.0.0',
    durationMs: TIMEOUT_MS / 2,
    failedWays: ['present: tool is not there', TOO_LONG],
  })
  const purposes = installed.commands.map(({ purpose }) => purpose)
  expect(purposes.slice(purposes.indexOf("the vendor's installer"), -3)).toEqual([
    "the vendor's installer",
    'look whether dpkg was interrupted',
    'finish what dpkg was interrupted in',
    'look for uv',
  ])
  expect(await installed.log()).toContain('this way took longer than its share')
})

test('the end of the phase within a share ends the setup: no other way is tried', async () => {
  const machine = fakeMachine({ 'bring by vendor': 'hangs', 'uv tool install tool': 'brings' })
  const stop = new AbortController()
  const failing = setup.fail(machine.container, TOOL, { timeoutMs: TIMEOUT_MS, signal: stop.signal })
  await machine.hanging
  stop.abort()
  const { thrown, commands } = await failing
  expect(thrown).toMatchObject({ code: 'cancelled', details: { failedWays: ['present: tool is not there'] } })
  expect(commands.at(-1)?.purpose).toBe("the vendor's installer")
})

test('where all ways fail, the error names the reason of each', async () => {
  const machine = fakeMachine({ 'bring by vendor': 'hangs', 'uv tool install tool': 'no such package' })
  const failing = setup.fail(machine.container, TOOL, { timeoutMs: TIMEOUT_MS })
  await machine.hanging
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS / 2)
  const { thrown } = await failing
  expect(thrown).toMatchObject({ name: 'TrialError' })
  const kind = 'prepared: nothing can be prepared for a machine of the kind "riscv64"'
  const reasons = ['present: tool is not there', TOO_LONG, 'registry: no such package', kind].join('; ')
  expect(String(thrown)).toContain(`tool could not be brought into the container: ${reasons}`)
})

test.each<[string, InstallRecipe, { way?: 'vendor'; timeoutMs?: number }, string[]]>([
  [
    'the last that can be tried',
    { ...TOOL, registry: null },
    { timeoutMs: TIMEOUT_MS },
    ['present: tool is not there'],
  ],
  ['the one that is named', TOOL, { timeoutMs: TIMEOUT_MS, way: 'vendor' }, []],
  ['one of a setup without a limit', TOOL, {}, ['present: tool is not there']],
])('%s has all the time, and the end of the phase says what had failed', async (_name, recipe, options, failedWays) => {
  const machine = fakeMachine({ 'bring by vendor': 'hangs' })
  const stop = new AbortController()
  const failing = setup.fail(machine.container, recipe, { ...options, signal: stop.signal })
  const end = await machine.hanging
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1)
  expect(end.aborted).toBe(false)
  stop.abort()
  expect((await failing).thrown).toMatchObject({ code: 'cancelled', details: { failedWays } })
})

/**
 * A Debian with uv, and nothing of the tool yet. `behaviour` says what comes of commands that are to bring it: one `hangs`, one
 * `brings` it, and any other text is what one fails with.
 */
function fakeMachine(behaviour: Readonly<Record<string, string>>): {
  readonly container: Container
  /** Once a command hangs: the signal that ends it. */
  readonly hanging: Promise<AbortSignal>
} {
  const hanging = Promise.withResolvers<AbortSignal>()
  let isThere = false
  const answer = async (script: string, signal: AbortSignal): Promise<readonly [number | null, string]> => {
    const found = Object.entries(behaviour).find(([command]) => script.includes(command))?.[1]
    if (found === 'hangs') {
      hanging.resolve(signal)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      return [null, '']
    }
    if (found === 'brings') isThere = true
    else if (found !== undefined) return [1, found]
    if (script.includes('tool --version')) return isThere ? [0, 'tool 1.0.0'] : [77, '']
    if (script.includes('echo "libc=$libc"')) return [0, 'libc=glibc\nmachine=riscv64\npackages=apt-get\npython=3.11\n']
    return [0, script.includes('/var/lib/dpkg/status') ? 'interrupted\n' : '']
  }
  const exec = async ({ command, signal, onOutput }: ExecRequest): Promise<ExecResult> => {
    const script = typeof command === 'string' ? command : (command.at(-1) ?? '')
    const [exitCode, text] = await answer(script, signal ?? new AbortController().signal)
    await onOutput?.({ stream: 'stdout', data: Buffer.from(text) })
    const cancelled = exitCode === null
    return { exitCode, cancelled, timedOut: false, truncated: false, outputBytes: text.length, durationMs: 0 }
  }
  return { container: { ...UNUSED, exec }, hanging: hanging.promise }
}

const notAsked = async (): Promise<never> =>
  Promise.reject(new Error('an installation by these ways asks for no such thing'))

const UNUSED: Omit<Container, 'exec'> = {
  id: 'made-up',
  workdir: '/',
  enforcement: { limits: { cpus: null, memoryMb: null }, notEnforced: [] },
  attachTerminal: notAsked,
  putArchive: notAsked,
  getArchive: notAsked,
  changes: notAsked,
  state: notAsked,
  keep: notAsked,
  stop: notAsked,
}

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { installAgent, type Installed, type WantedInstall } from '../../src/core/agent/installed/install.ts'
import type { SetupContext } from '../../src/core/agent/installed/install/setup-context.ts'
import type { InstallRecipe } from '../../src/core/agent/installed/installed-agent.ts'
import type { Container } from '../../src/core/environment/backend.ts'
import { createClock } from '../../src/node/clock.ts'
import { createScrubber } from '../../src/node/fs/scrub.ts'
import { createTrialFiles } from '../../src/node/fs/trial-files.ts'
import { createToolchains } from '../../src/node/toolchains/toolchains.ts'
import { run, type Ran } from '../contract/backend-bed.ts'
import { clientEnv } from './package-clients.ts'

export interface InstallOptions extends Partial<WantedInstall> {
  /** Absent: the environment has a network. */
  readonly network?: SetupContext['network']
  readonly user?: string
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** What the setup knows for its limit; it is ended by `signal`. Absent: none. */
  readonly timeoutMs?: number
  /** Told of what commands print. */
  readonly onOutput?: (text: string) => void
}

/** A setup as the trial's files and the journal would tell it. */
export interface SetupTrace {
  readonly commands: readonly { readonly purpose: string; readonly command: string; readonly user: string | null }[]
  /** `agent/setup.txt`. */
  log(): Promise<string>
}

export interface InstallBed {
  /** Installs a program as the setup of a trial does. */
  install(container: Container, recipe: InstallRecipe, options?: InstallOptions): Promise<Installed & SetupTrace>
  /** The same where it must fail: what was thrown. */
  fail(container: Container, recipe: InstallRecipe, options?: InstallOptions): Promise<{ thrown: unknown } & SetupTrace>
}

/** To be called in a `describe`. The toolchains are those of all tests: see package-clients.ts. */
export function useInstallBed(): InstallBed {
  const folders: string[] = []
  const toolchains = createToolchains({ env: clientEnv })
  afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true, force: true }))))

  const begin = async (
    container: Container,
    recipe: InstallRecipe,
    { way = 'auto', version = null, beside = null, ...options }: InstallOptions,
  ) => {
    const folder = await mkdtemp(join(tmpdir(), 'tbcc-install-'))
    folders.push(folder)
    const commands: SetupTrace['commands'][number][] = []
    const context = openContext(container, folder, options, (command) => commands.push(command))
    const installing = installAgent(recipe, { way, version, beside }, context, toolchains)
    return {
      installing,
      trace: { commands, log: async () => readFile(join(folder, 'trial', 'agent/setup.txt'), 'utf8') },
    }
  }
  return {
    async install(container, recipe, options = {}) {
      const { installing, trace } = await begin(container, recipe, options)
      return { ...(await installing), ...trace }
    },
    async fail(container, recipe, options = {}) {
      const { installing, trace } = await begin(container, recipe, options)
      const thrown: unknown = await installing.then(
        ({ setup }) => {
          throw new Error(`it was installed: ${JSON.stringify(setup)}`)
        },
        (error: unknown) => error,
      )
      return { thrown, ...trace }
    },
  }
}

function openContext(
  container: Container,
  folder: string,
  {
    network = 'public',
    user,
    env = {},
    signal = new AbortController().signal,
    timeoutMs,
    onOutput: tell,
  }: Omit<InstallOptions, keyof WantedInstall>,
  note: (command: SetupTrace['commands'][number]) => void,
): SetupContext {
  const files = createTrialFiles({
    jobDirectory: folder,
    trialName: 'trial',
    stream: 'job/trial',
    clock: createClock(),
    scrubber: createScrubber([]),
    index: null,
    onEvent: () => {},
    onDocument: () => {},
  })
  return {
    container,
    files,
    env,
    network,
    timeoutMs: timeoutMs ?? null,
    signal,
    output: async () => {},
    async exec({ purpose, log, onOutput, ...request }) {
      const asked = { ...(user === undefined ? {} : { user }), ...request }
      const command = typeof asked.command === 'string' ? asked.command : (asked.command.at(-1) ?? '')
      note({ purpose, command, user: asked.user === undefined ? null : String(asked.user) })
      return container.exec({
        ...asked,
        signal: asked.signal ?? signal,
        onOutput: async (chunk) => {
          tell?.(Buffer.from(chunk.data).toString())
          await Promise.all([log?.write(chunk.data), onOutput?.(chunk)])
        },
      })
    },
  }
}

/** Runs a command line as an agent would whose program was installed. */
export async function callInstalled(
  container: Container,
  installed: Installed,
  command: string,
  user?: string,
): Promise<Ran> {
  const line = `export PATH="${[...installed.path, '$HOME/.local/bin'].join(':')}:$PATH"\n${command}`
  return run(container, ['/bin/sh', '-c', line], user === undefined ? {} : { user })
}

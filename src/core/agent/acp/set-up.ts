import type { AgentSetup } from '../../../contract/trial.ts'
import { TrialError } from '../../job/exception.ts'
import type { AgentContext } from '../agent.ts'
import { installAgent } from '../installed/install.ts'
import type { Toolchains } from '../toolchains.ts'
import { createLastBytes } from './last-bytes.ts'
import { chooseLaunch, fittingKinds, type DistributionKind, type Launch } from './distribution.ts'
import type { RegistryEntry } from './registry-entry.ts'

export interface SetUpAsk {
  readonly entry: RegistryEntry
  readonly way: Parameters<typeof installAgent>[1]['way']
  readonly preference: readonly DistributionKind[]
  /** Null: named as its package. */
  readonly program: string | null
  readonly toolchains: Toolchains
}

/** An agent that is in the container, ready to be started. */
export interface SetUp {
  readonly setup: AgentSetup
  readonly command: string
  readonly env: Readonly<Record<string, string>>
}

/** Brings an agent of the registry into the container, by the first distribution that fits it. */
export async function setUpAcp(ask: SetUpAsk, context: AgentContext): Promise<SetUp> {
  const { entry, program } = ask
  const kinds = fittingKinds(entry, ask, context.network)
  const launch = chooseLaunch(entry, kinds, await platformOf(context), program)
  const { setup, path } = await get(launch, ask, context)
  const head = path.length === 0 ? '' : `export PATH="${path.join(':')}:$PATH"\n`
  const nvm = launch.kind === 'npx' ? 'if [ -s ~/.nvm/nvm.sh ]; then . ~/.nvm/nvm.sh >/dev/null 2>&1; fi\n' : ''
  return {
    setup: { ...setup, version: setup.version ?? entry.version },
    command: `${nvm}${head}exec ${launch.command}`,
    env: launch.env,
  }
}

async function get(
  { get: way }: Launch,
  ask: SetUpAsk,
  context: AgentContext,
): Promise<{ readonly setup: AgentSetup; readonly path: readonly string[] }> {
  if (way.by === 'recipe') {
    const { setup, path } = await installAgent(
      way.recipe,
      { way: ask.way, version: way.version },
      context,
      ask.toolchains,
    )
    return { setup, path: [...path, ...way.recipe.path] }
  }
  const start = performance.now()
  if (way.by === 'script') await runScript(way.script, context)
  const durationMs = performance.now() - start
  const { version } = ask.entry
  return { setup: { version, way: way.by === 'script' ? 'vendor' : 'present', durationMs, failedWays: [] }, path: [] }
}

async function runScript(command: string, context: AgentContext): Promise<void> {
  const log = context.files.appendLog('agent/setup.txt')
  try {
    const { exitCode } = await context.exec({ purpose: 'agent setup', command, user: 'root', log })
    if (exitCode === 0 || context.signal.aborted) return
    throw new TrialError(
      'RuntimeError',
      `the agent's archive could not be installed (exit code ${exitCode}): see agent/setup.txt`,
    )
  } finally {
    await log.close()
  }
}

/** As the registry names platforms. */
async function platformOf(context: AgentContext): Promise<string> {
  const output = createLastBytes(200)
  await context.exec({
    purpose: 'agent setup',
    command: 'uname -s -m',
    show: false,
    onOutput: ({ data }) => output.push(data),
  })
  const [system = '', machine = ''] = output.text().trim().toLowerCase().split(/\s+/)
  return `${system}-${MACHINES[machine] ?? machine}`
}

const MACHINES: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'aarch64' }

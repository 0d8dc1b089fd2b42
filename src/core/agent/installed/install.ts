import type { AgentSetup } from '../../../contract/trial.ts'
import { TrialError } from '../../job/exception.ts'
import { classifyFailure } from '../failure/classify.ts'
import type { Toolchains } from '../toolchains.ts'
import type { InstallAsk, WayEnd } from './install/ask.ts'
import { describeMachine } from './install/machine.ts'
import { tryPrepared } from './install/prepared.ts'
import { findProgram, type FoundProgram } from './install/program.ts'
import { tryRegistry } from './install/registry.ts'
import type { SetupContext } from './install/setup-context.ts'
import { createSetupShell, type SetupShell } from './install/setup-shell.ts'
import { tryVendor } from './install/vendor.ts'
import type { InstallRecipe } from './installed-agent.ts'

export type InstallWay = AgentSetup['way']

/** What the user asked for. */
export interface WantedInstall {
  readonly way: 'auto' | InstallWay
  /** Null: whatever is there, or the newest. */
  readonly version: string | null
}

export interface Installed {
  readonly setup: AgentSetup
  /** Folders in front of PATH for every later command, absolute; the recipe's own come beside them. */
  readonly path: readonly string[]
}

/**
 * Brings an agent's program into the container: by the way that the user named, else by the first that works. A way that
 * fails is recorded, and the next is tried, unless the phase is over. Throws TrialError under the name that Harbor gives to a
 * failed command of its setup.
 */
export async function installAgent(
  recipe: InstallRecipe,
  wanted: WantedInstall,
  context: SetupContext,
  toolchains: Toolchains,
): Promise<Installed> {
  const startedMs = Date.now()
  const shell = createSetupShell(context)
  const failed: FailedWay[] = []
  try {
    const machine = await describeMachine(shell)
    const ask = { recipe, version: wanted.version, shell, machine, context, toolchains }
    for (const way of wanted.way === 'auto' ? ORDER : [wanted.way]) {
      const end = await tryWay(way, ask)
      if ('failed' in end) failed.push({ way, why: end.failed })
      else return toInstalled(way, end, failed, Date.now() - startedMs)
    }
  } finally {
    await shell.close()
  }
  throw toFailure(recipe, failed, shell)
}

const ORDER = ['present', 'vendor', 'registry', 'prepared'] as const satisfies readonly InstallWay[]

interface FailedWay {
  readonly way: InstallWay
  readonly why: string
}

interface WaySuccess {
  readonly path: readonly string[]
  readonly found: FoundProgram
}

/** Takes a way, then looks whether the program is there and runs. */
async function tryWay(way: InstallWay, ask: InstallAsk): Promise<WaySuccess | { readonly failed: string }> {
  const { recipe, version, shell, context } = ask
  if (context.network === 'no-network' && (way === 'vendor' || way === 'registry'))
    return { failed: 'the environment has no network' }
  const end = await WAYS[way](ask)
  if ('failed' in end) return end
  const found = await findProgram(shell, recipe, end.path)
  if ('failed' in found) return found
  if (way === 'present' && version !== null && !isSame(found.version, version)) {
    return { failed: `version ${found.version ?? '(it does not say)'} is there, ${version} is wanted` }
  }
  return { path: end.path, found }
}

const WAYS: Readonly<Record<InstallWay, (ask: InstallAsk) => Promise<WayEnd>>> = {
  present: () => Promise.resolve({ path: [] }),
  vendor: tryVendor,
  registry: tryRegistry,
  prepared: tryPrepared,
}

function isSame(found: string | null, wanted: string): boolean {
  return found === wanted.replace(/^v(?=\d)/, '')
}

function toInstalled(
  way: InstallWay,
  { path, found }: WaySuccess,
  failed: readonly FailedWay[],
  durationMs: number,
): Installed {
  const failedWays = failed.map((one) => `${one.way}: ${one.why}`)
  return { path, setup: { version: found.version, way, durationMs: Math.max(0, durationMs), failedWays } }
}

function toFailure({ program }: InstallRecipe, failed: readonly FailedWay[], shell: SetupShell): Error {
  const reasons = failed.map(({ way, why }) => `${way}: ${why}`)
  const advice = failed.length === 1 ? ' (without --ak install=… every way is tried)' : ''
  const message = `${program} could not be brought into the container: ${reasons.join('; ')}${advice}`
  const failure = classifyFailure({ exitCode: 1, summary: { failure: null, complaints: shell.complaints() } })
  return new TrialError(failure?.type ?? 'RuntimeError', message)
}

import { AppError } from '../../../contract/errors.ts'
import type { AgentSetup } from '../../../contract/trial.ts'
import { TrialError } from '../../job/exception.ts'
import { classifyFailure } from '../failure/classify.ts'
import type { Toolchains } from '../toolchains.ts'
import type { InstallAsk, Way, WayFacts } from './install/ask.ts'
import { describeMachine } from './install/machine.ts'
import { preparedWay } from './install/prepared.ts'
import { findProgram, type FoundProgram } from './install/program.ts'
import { registryWay } from './install/registry.ts'
import type { SetupContext } from './install/setup-context.ts'
import { createSetupShell, type SetupShell } from './install/setup-shell.ts'
import { SHARE, withinShare } from './install/share.ts'
import { vendorWay } from './install/vendor.ts'
import type { InstallRecipe } from './installed-agent.ts'

export type InstallWay = AgentSetup['way']

/** What the user asked for. */
export interface WantedInstall {
  readonly way: 'auto' | InstallWay
  /** Null: whatever is there, or the newest. */
  readonly version: string | null
  /** A bash script that brings what the program needs beside it; null or absent: nothing. */
  readonly beside?: string | null
}

export interface Installed {
  readonly setup: AgentSetup
  /** Folders in front of PATH for every later command, absolute; the recipe's own come beside them. */
  readonly path: readonly string[]
}

/**
 * Brings an agent's program into the container: by the way that the user named, else by the first that works. A way that
 * fails, or takes more than its share of the time while another is left, is recorded, and the next is tried, unless the phase
 * is over: then code `cancelled`, with `details.failedWays`. Throws TrialError under the name that Harbor gives to a failed
 * command of its setup.
 */
export async function installAgent(
  recipe: InstallRecipe,
  wanted: WantedInstall,
  context: SetupContext,
  toolchains: Toolchains,
): Promise<Installed> {
  const startedMs = performance.now()
  const elapsedMs = (): number => performance.now() - startedMs
  const shell = createSetupShell(context)
  const failed: string[] = []
  try {
    const machine = await describeMachine(shell)
    const ask = { recipe, version: wanted.version, shell, machine, context, toolchains }
    for (const one of waysFor(wanted, ask)) {
      const end = await tryWay(one, ask, one.isLast ? null : shareMs(context, elapsedMs()))
      if ('failed' in end) failed.push(`${one.name}: ${end.failed}`)
      else {
        if (wanted.beside != null) await bringBeside(wanted.beside, end, ask)
        return { path: end.path, setup: toSetup(one, end, failed, elapsedMs()) }
      }
    }
  } catch (thrown) {
    throw withFailedWays(thrown, failed)
  } finally {
    await shell.close()
  }
  const advice = failed.length === 1 ? ' (without --ak install=… every way is tried)' : ''
  throw toFailure(`${recipe.program} could not be brought into the container: ${failed.join('; ')}${advice}`, shell)
}

const ORDER = ['present', 'vendor', 'registry', 'prepared'] as const satisfies readonly InstallWay[]

interface WantedWay {
  readonly name: InstallWay
  readonly way: Way
  /** No later one can be tried. */
  readonly isLast: boolean
}

function waysFor(wanted: WantedInstall, ask: InstallAsk): readonly WantedWay[] {
  const ways = (wanted.way === 'auto' ? ORDER : [wanted.way]).map((name) => ({ name, way: toWay(name, ask) }))
  return ways.map((one, index) => ({ ...one, isLast: ways.slice(index + 1).every(({ way }) => 'failed' in way) }))
}

function toWay(name: InstallWay, ask: InstallAsk): Way {
  if (ask.context.network === 'no-network' && (name === 'vendor' || name === 'registry'))
    return { failed: 'the environment has no network' }
  return WAYS[name](ask)
}

const WAYS: Readonly<Record<InstallWay, (facts: WayFacts) => Way>> = {
  present: () => ({ take: () => Promise.resolve({ path: [] }) }),
  vendor: vendorWay,
  registry: registryWay,
  prepared: preparedWay,
}

/** Null: the setup has no limit. */
function shareMs({ timeoutMs }: SetupContext, elapsedMs: number): number | null {
  return timeoutMs === null ? null : SHARE * Math.max(0, timeoutMs - elapsedMs)
}

interface WaySuccess {
  readonly path: readonly string[]
  readonly found: FoundProgram
}

/** Takes a way for so long; null: for all the time that remains. */
async function tryWay(
  one: WantedWay,
  ask: InstallAsk,
  limitMs: number | null,
): Promise<WaySuccess | { readonly failed: string }> {
  return limitMs === null ? takeWay(one, ask) : withinShare(limitMs, ask, async (given) => takeWay(one, given))
}

/** Takes a way, then looks whether the program is there and runs. */
async function takeWay({ name, way }: WantedWay, ask: InstallAsk): Promise<WaySuccess | { readonly failed: string }> {
  if ('failed' in way) return way
  const { recipe, version, shell } = ask
  const end = await way.take(ask)
  if ('failed' in end) return end
  const found = await findProgram(shell, recipe, end.path)
  if ('failed' in found) return found
  if (name === 'present' && version !== null && !isSame(found.version, version)) {
    return { failed: `version ${found.version ?? '(it does not say)'} is there, ${version} is wanted` }
  }
  return { path: end.path, found }
}

/** By a network only, whatever way the program came. */
async function bringBeside(
  script: string,
  { path }: WaySuccess,
  { recipe, shell, context }: InstallAsk,
): Promise<void> {
  const head = `export PATH="${[...path, ...recipe.path].join(':')}:$PATH"`
  const { failed } =
    context.network === 'no-network'
      ? { failed: 'the environment has no network' }
      : await shell.run(`what ${recipe.program} needs beside it`, `${head}\n${script}`, { shell: 'bash' })
  if (failed !== null)
    throw toFailure(`what ${recipe.program} needs beside it could not be installed: ${failed}`, shell)
}

function isSame(found: string | null, wanted: string): boolean {
  return found === wanted.replace(/^v(?=\d)/, '')
}

function toSetup(
  { name: way }: WantedWay,
  { found }: WaySuccess,
  failedWays: readonly string[],
  durationMs: number,
): AgentSetup {
  return { version: found.version, way, durationMs: Math.round(durationMs), failedWays: [...failedWays] }
}

/** The end of the phase says what had failed by then; whatever else was thrown stays as it is. */
function withFailedWays(thrown: unknown, failedWays: readonly string[]): unknown {
  if (!(thrown instanceof AppError) || thrown.code !== 'cancelled') return thrown
  return new AppError('cancelled', thrown.message, { details: { failedWays: [...failedWays] }, cause: thrown })
}

function toFailure(message: string, shell: SetupShell): Error {
  const failure = classifyFailure({ exitCode: 1, summary: { failure: null, complaints: shell.complaints() } })
  return new TrialError(failure?.type ?? 'RuntimeError', message)
}

import { setTimeout as delay } from 'node:timers/promises'
import type { ContainerState } from '../../core/environment/backend.ts'
import { endWithin, environmentGone, inspectState } from './container-state.ts'
import type { ExecHost } from './exec-session.ts'
import { runTool } from './run-tool.ts'
import { engineMessage, statusOf } from './translate.ts'

const PAUSE_MS = 50
/** An engine says that a container has ended up to some seconds late: it first waits for the readers of its commands. */
const PATIENCE_MS = 10_000
/** Even a saturated engine has run a word by then. */
const PROOF_MS = 30_000
/** Why a living container may be unable to prove it: no process or memory more is allowed, it has no shell, it is paused. */
const NO_MEANS = /temporarily unavailable|\/bin\/sh|is paused|oom-killed|cannot allocate memory/i
/** Ended by KILL, as all of a container that ends are. */
const KILLED = 137

/**
 * What ended a command, or refused it, may have been its container's end and none of the command's fault; that is then
 * thrown: environment-gone. What the engine says of the container is too late to be relied on.
 */
export async function assertAlive(host: ExecHost): Promise<void> {
  const end = await endUnlessAlive(host)
  if (end !== null) throw environmentGone(end)
}

/** How a container ended; null when it lives. One that `runs` and yet takes no process is as good as ended. */
export async function endUnlessAlive(host: ExecHost): Promise<ContainerState | null> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const state = await inspectState(host.engine, host.containerId)
    if (!state.running) return state
    const proof = await prove(host)
    if (proof === 'alive') return null
    if (proof === 'no means') return endWithin(host.engine, host.containerId)
    if (performance.now() > end) return state
    await delay(PAUSE_MS)
  }
}

/** The kernel gives no process to a container whose first one is dying, so one that runs proves that it is not. */
async function prove(host: ExecHost): Promise<'alive' | 'no means' | 'none'> {
  try {
    const { exitCode, output } = await runTool(host, ['echo alive'], 0, PROOF_MS)
    if (output.trim() === 'alive') return 'alive'
    // A shell that prints nothing, or crashes, is not the image's own any more; but it ran.
    const isBroken = exitCode === 0 || (exitCode !== null && exitCode > 128 && exitCode !== KILLED)
    return isBroken || NO_MEANS.test(output) ? 'no means' : 'none'
  } catch (error) {
    return statusOf(error) !== null && NO_MEANS.test(engineMessage(error)) ? 'no means' : 'none'
  }
}

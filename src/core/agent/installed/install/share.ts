import { withDeadline } from '../../../job/deadline.ts'
import { TrialError } from '../../../job/exception.ts'
import type { InstallAsk } from './ask.ts'

/** Of the time that remains, what a way may take while another is left: one that hangs must not use it all up. */
export const SHARE = 0.5

/**
 * Takes a way for so long. One that is not done by then is ended with its processes, and its package manager repaired for
 * the next: that it failed, and of what, is its end.
 */
export async function withinShare<T>(
  shareMs: number,
  ask: InstallAsk,
  take: (ask: InstallAsk) => Promise<T>,
): Promise<T | { readonly failed: string }> {
  const { context, shell } = ask
  try {
    return await withDeadline({ timeoutMs: shareMs, signal: context.signal, onTimeout }, async (signal) =>
      take({ ...ask, context: { ...context, signal }, shell: shell.within(signal) }),
    )
  } catch (thrown) {
    if (!(thrown instanceof TrialError) || thrown.type !== SHARE_OVER) throw thrown
    await shell.say(`this way ${thrown.message}: it was ended`)
    await shell.repair()
    return { failed: thrown.message }
  }
}

/** Nothing that a way does is called so. */
const SHARE_OVER = 'AgentSetupTimeoutError'

function onTimeout(seconds: number): Error {
  return new TrialError(SHARE_OVER, `took longer than its share of the setup's time, ${Number(seconds.toFixed(1))} s`)
}

import type { AgentContext } from '../agent.ts'

/** What it may take after the phase is over. */
const OWN_LOG_MS = 20_000

/**
 * Passes on what the script prints of a log that the program kept for itself, also after the phase was cut off. What could
 * not be read is told; the run is judged without it then.
 */
export async function readOwnLog(
  script: string,
  context: AgentContext,
  onOutput: (data: Uint8Array) => Promise<void>,
): Promise<void> {
  const ask = { purpose: "agent's own log", command: script, show: false, signal: AbortSignal.timeout(OWN_LOG_MS) }
  const failure = await context.exec({ ...ask, onOutput: ({ data }) => onOutput(data) }).then(
    ({ exitCode }) => (exitCode === 0 ? null : `exit code ${exitCode ?? 'none'}`),
    (thrown: unknown) => String(thrown),
  )
  if (failure === null) return
  const message = `the agent's own log could not be read: ${failure}`
  context.emit({ type: 'warning.raised', message, hint: null })
}

import type { OutputLog, TrialFiles } from '../../job/ports.ts'

/** All that went over the connection, as Harbor keeps it: one object per line. */
export interface AcpRecord {
  add(eventType: string, payload: unknown): void
  /** Resolves when all is written: a slow disk holds the agent back. */
  drained(): Promise<void>
  close(): Promise<void>
}

export const ACP_EVENTS_FILE = 'acp-events.jsonl'
export const SUMMARY_FILE = 'acp-summary.json'
export const LOG_FILE = 'acp.txt'

export function createAcpRecord(files: Pick<TrialFiles, 'appendLog'>): AcpRecord {
  const log: OutputLog = files.appendLog(`agent/${ACP_EVENTS_FILE}`)
  const encoder = new TextEncoder()
  let last: Promise<unknown> = Promise.resolve()
  return {
    add(eventType, payload) {
      const line = encoder.encode(`${JSON.stringify({ event_type: eventType, payload })}\n`)
      const written = last.then(() => log.write(line))
      // Awaited by `drained`; until then a failure is nobody's.
      written.catch(() => undefined)
      last = written
    },
    drained: async () => void (await last),
    close: async () => log.close(),
  }
}

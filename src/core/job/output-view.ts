import type { TrialEventBody } from '../../contract/events.ts'
import type { Phase } from '../../contract/outcome.ts'
import type { OutputLog, WrittenOutput } from './ports.ts'

/** The live output of a trial: kept in its log, passed to front ends, and told of by coalesced events. */
export interface OutputView {
  /** `phase` where it is not the current one. Awaiting it holds the producer back. */
  show(data: Uint8Array, phase?: Phase): Promise<void>
  close(): Promise<void>
}

/** At most this often an event tells of new output. */
const EVENT_INTERVAL_MS = 250

export function createOutputView(
  log: OutputLog,
  to: { phase: () => Phase; emit: (event: TrialEventBody) => void; onOutput: (data: Uint8Array) => void },
): OutputView {
  let untold: { phase: Phase; from: number; to: number } | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function tell(): void {
    clearTimeout(timer)
    timer = undefined
    if (untold !== null) to.emit({ type: 'output.written', ...untold })
    untold = null
  }

  function note(phase: Phase, written: WrittenOutput): void {
    if (written.to === written.from) return
    to.onOutput(written.data)
    if (untold !== null && untold.phase !== phase) tell()
    untold = { phase, from: untold?.from ?? written.from, to: written.to }
    timer ??= setTimeout(tell, EVENT_INTERVAL_MS)
  }

  return {
    async show(data, phase = to.phase()) {
      note(phase, await log.write(data))
    },
    async close() {
      note(to.phase(), await log.flush())
      tell()
      await log.close()
    },
  }
}

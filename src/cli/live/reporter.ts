import type { JobEventBody, StoredEvent, TrialEventBody } from '../../contract/events.ts'
import type { JobObserver } from '../../engine/engine.ts'

/** Shows a running job. `close` takes away what is not meant to stay. */
export interface Reporter extends JobObserver {
  close(): void
}

/** Hands everything to several reporters, in their order. */
export function combineReporters(reporters: readonly Reporter[]): Reporter {
  return {
    onJobEvent: (event: StoredEvent<JobEventBody>) => reporters.forEach((reporter) => reporter.onJobEvent(event)),
    onTrialEvent: (trialName: string, event: StoredEvent<TrialEventBody>) =>
      reporters.forEach((reporter) => reporter.onTrialEvent(trialName, event)),
    onOutput: (trialName, data) => reporters.forEach((reporter) => reporter.onOutput(trialName, data)),
    close: () => reporters.forEach((reporter) => reporter.close()),
  }
}

import type { Output } from '../host.ts'
import { formatDuration } from '../text/format.ts'
import type { Style } from '../text/style.ts'
import type { Labeller } from './label.ts'
import { labelFor, messagesOfJob, messagesOfTrial } from './messages.ts'
import type { Reporter } from './reporter.ts'
import { applyJobEvent, applyTrialEvent, INITIAL_STATE } from './state.ts'

export interface PlainOptions {
  readonly label: Labeller
  readonly style: Style
  /** Phases too. */
  readonly debug: boolean
  readonly nowMs: () => number
}

/** A line for each thing that happened, for logs and pipes. */
export function createPlainReporter(output: Output, { label, style, debug, nowMs }: PlainOptions): Reporter {
  let state = INITIAL_STATE
  const print = (lines: readonly string[]): void => {
    for (const line of lines) output.write(`${line}\n`)
  }
  return {
    onJobEvent(event) {
      state = applyJobEvent(state, event, nowMs())
      const context = { state, label, style }
      if (event.type === 'trial.admitted') print([`  started  ${labelFor(event.trialName, context)}`])
      if (event.type === 'job.stopping') print([event.force ? FORCED : STOPPING])
      print(messagesOfJob(event, context))
    },
    onTrialEvent(trialName, event) {
      state = applyTrialEvent(state, trialName, event, nowMs())
      const context = { state, label, style }
      print(messagesOfTrial(trialName, event, context))
      if (debug && event.type === 'phase.finished') {
        print([`  ${labelFor(trialName, context)}: ${event.phase} ${formatDuration(event.durationMs)}`])
      }
    },
    onOutput() {},
    close() {},
  }
}

const STOPPING = 'Stopping: running trials are cancelled, what they have is kept. Ctrl-C again gives up at once.'
const FORCED = 'Giving up at once: containers are removed by force.'

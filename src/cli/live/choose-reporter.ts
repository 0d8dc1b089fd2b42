import type { Host } from '../host.ts'
import { styleFor } from '../host.ts'
import { wantsLiveView } from '../text/style.ts'
import { createLabeller } from './label.ts'
import { createJsonReporter } from './json-reporter.ts'
import { createLiveReporter } from './live-reporter.ts'
import { createPlainReporter } from './plain-reporter.ts'
import { combineReporters, type Reporter } from './reporter.ts'
import type { LiveState, PlannedTrial } from './state.ts'

export interface ReportOptions {
  readonly jobName: string
  readonly trials: readonly PlannedTrial[]
  /** How trials ended that an earlier run of the job had finished. */
  readonly earlierOutcomes: LiveState['earlierOutcomes']
  readonly json: boolean
  readonly quiet: boolean
  readonly debug: boolean
}

/** How a job is shown while it runs: live on a terminal, else plain lines; on stderr where stdout is for events. */
export function chooseReporter(
  host: Host,
  { jobName, trials, earlierOutcomes, json, quiet, debug }: ReportOptions,
): Reporter {
  const output = json ? host.stderr : host.stdout
  const options = {
    label: createLabeller(trials),
    earlierOutcomes,
    style: styleFor(output, host.env),
    debug,
    nowMs: () => performance.now(),
  }
  const isLive = wantsLiveView({ isTerminal: output.isTerminal, env: host.env })
  const forPeople = isLive ? createLiveReporter : createPlainReporter
  return combineReporters([
    ...(json ? [createJsonReporter(host.stdout, jobName)] : []),
    ...(quiet ? [] : [forPeople(output, options)]),
  ])
}

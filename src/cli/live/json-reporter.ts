import type { Output } from '../host.ts'
import type { Reporter } from './reporter.ts'

/** One event per line; `stream` says whose it is: `<job>` or `<job>/<trial>`. */
export function createJsonReporter(output: Output, jobName: string): Reporter {
  return {
    onJobEvent: (event) => print(output, jobName, event),
    onTrialEvent: (trialName, event) => print(output, `${jobName}/${trialName}`, event),
    onOutput() {},
    close() {},
  }
}

function print(output: Output, stream: string, event: object): void {
  output.write(`${JSON.stringify({ stream, ...event })}\n`)
}

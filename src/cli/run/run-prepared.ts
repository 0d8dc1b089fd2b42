import { setFlagsFromString } from 'node:v8'
import { dirname } from 'node:path'
import type { TrialRow } from '../../core/job/ports.ts'
import type { Engine, JobReport, PreparedJob } from '../../engine/engine.ts'
import { placeFlag } from '../../engine/place-flag.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, styleFor } from '../host.ts'
import { chooseReporter } from '../live/choose-reporter.ts'
import { displayPath, hintsFor, renderRates, renderTrialTable } from '../report.ts'
import type { StopSignals } from './stop-signals.ts'

export interface RunOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly debug: boolean
  /** How trials ended that an earlier run of the job had finished. */
  readonly earlierOutcomes: readonly TrialRow['outcome'][]
}

/**
 * V8 doubles its space for young objects as long as much survives in it, and what eight trials at once have just done with
 * is then tens of megabytes. From here on it stays as large as it has become.
 */
function stopGrowingYoungSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}

/** Runs a prepared job with its view and prints what it came to; the exit code. */
export async function runPrepared(
  {
    engine,
    job,
    signals,
    host,
  }: { readonly engine: Engine; readonly job: PreparedJob; readonly signals: StopSignals; readonly host: Host },
  options: RunOptions,
): Promise<number> {
  stopGrowingYoungSpace()
  const { jobName, trials } = job
  const reporter = chooseReporter(host, { jobName, trials, ...options })
  signals.arm()
  const report = await engine.run(job, reporter, signals).finally(() => reporter.close())
  printReport(report, options, host)
  return exitCodeOf(report)
}

function exitCodeOf({ state, allJudged }: JobReport): number {
  if (state === 'cancelled') return EXIT.cancelled
  return allJudged ? EXIT.ok : EXIT.failed
}

function printReport(report: JobReport, { json, quiet }: RunOptions, host: Host): void {
  const output = json ? host.stderr : host.stdout
  const style = styleFor(output, host.env)
  const place = placeFlag(dirname(report.directory), host.cwd)
  const hints = quiet ? [] : hintsFor(report.trials, place)
  const resume = report.state === 'cancelled' ? [`What is left:  tbcc resume ${report.jobName}${place}`] : []
  printLines(output, [
    ...(quiet ? [] : ['']),
    ...renderTrialTable(report.trials, { maxWidth: output.columns(), style }),
    '',
    ...renderRates(report.trials),
    '',
    `Results:       ${displayPath(report.directory, host.cwd)}`,
    ...hints,
    ...resume,
  ])
}

import { resolve } from 'node:path'
import { usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, withEngine } from '../host.ts'
import { printDryRun } from '../run/dry-run.ts'
import { readEnvironment } from '../run/environment.ts'
import { confirmHostVariables, refuseMissingVariables } from '../run/host-variables.ts'
import { describeInvalidTasks } from '../run/invalid-tasks.ts'
import { toPrintedConfig } from '../run/print-config.ts'
import { resolveRun } from '../run/resolve-run.ts'
import type { RunFlags } from '../run/run-options.ts'
import { runPrepared } from '../run/run-prepared.ts'
import { createStopSignals } from '../run/stop-signals.ts'
import { describeWarnings } from '../run/warnings.ts'

/** `tbcc run`. */
export async function runJobCommand(flags: RunFlags, host: Host): Promise<number> {
  if (flags.dryRun === true && flags.printConfig === true)
    throw usageError('--dry-run and --print-config were given: only one of them can be what is printed')
  const request = await resolveRun(flags, host)
  const { env, explicit } = await readEnvironment(host, flags.envFile)
  const { config } = request
  if (flags.printConfig === true) {
    host.stdout.write(`${toPrintedConfig(request, env)}\n`)
    return EXIT.ok
  }
  const signals = createStopSignals(host.outputClosed)
  try {
    return await withEngine(host, { jobsDir: resolve(host.cwd, config.jobs_dir), env }, async (engine) => {
      const job = await engine.prepare(request)
      printLines(host.stderr, [...describeInvalidTasks(job.invalidTasks), ...describeWarnings(job.warnings)])
      const json = flags.json === true
      if (flags.dryRun === true) return printDryRun(job, { json }, host)
      refuseMissingVariables(job)
      await confirmHostVariables(job, { yes: flags.yes === true, explicit }, host)
      const { quiet, debug } = config
      return runPrepared({ engine, job, signals, host }, { json, quiet, debug, earlierOutcomes: [] })
    })
  } finally {
    signals.dispose()
  }
}

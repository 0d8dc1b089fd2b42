import { Command } from 'commander'
import { declareRunOptions, type RunFlags } from './run-options.ts'

/** The flags of a `tbcc run` command line, for tests. Throws what commander throws. */
export function parseRun(...args: readonly string[]): RunFlags {
  const run = new Command('run').exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} })
  declareRunOptions(run)
  run.parse([...args], { from: 'user' })
  return run.opts<RunFlags>()
}

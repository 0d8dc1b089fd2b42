import { CommanderError } from 'commander'
import { toAppError } from '../contract/errors.ts'
import { describeError } from './errors.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { styleFor } from './host.ts'
import { createProcessHost } from './process-host.ts'
import { createProgram } from './program.ts'
import { readVersion } from './version.ts'

/** Runs a command line and returns the exit code. It never throws. */
export async function main(args: readonly string[]): Promise<number> {
  const host = createProcessHost(readVersion())
  const debug = args.includes('--debug') || host.env['TBCC_DEBUG'] === '1'
  const print = (thrown: unknown): void => {
    host.stderr.write(describeError(thrown, { debug, style: styleFor(host.stderr, host.env) }))
  }
  // A broken invariant ends the process, as any crash does; but what is printed of it is for people.
  process.once('uncaughtException', (error) => {
    print(error)
    process.exit(EXIT.failed)
  })
  let exitCode: number = EXIT.ok
  const onExit = (code: number): void => {
    exitCode = code
  }
  const program = createProgram(host, onExit, args[0])
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (thrown) {
    // commander has printed what it has to say; its own exit code for a wrong command line is 1.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage
    print(thrown)
    return exitCodeOf(toAppError(thrown).code)
  }
}

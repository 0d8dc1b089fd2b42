import type { Service } from '../engine/service.ts'
import type { CommonFlags } from './common-flags.ts'
import { describeError } from './errors.ts'
import { type Host, styleFor } from './host.ts'
import type { StopSignals } from './run/stop-signals.ts'
import { plural } from './text/format.ts'

/** Ends the jobs of a service as Ctrl-C ends a job; a second signal, also one that comes later, forces. */
export async function stopService(service: Service, { force }: StopSignals, host: Host): Promise<void> {
  const running = service.runningJobs().length
  if (running > 0) host.stderr.write(`Stopping ${plural(running, 'job')}; Ctrl-C again forces it\n`)
  const forced = new Promise<void>((resolve, reject) => {
    const stop = (): void => void service.stopAll({ force: true }).then(resolve, reject)
    if (force.aborted) stop()
    else force.addEventListener('abort', stop, { once: true })
  })
  await Promise.race([service.stopAll({ force: false }), forced])
}

/** Prints what a client is told nothing about: a mistake in tbcc. */
export function reportFault(flags: CommonFlags, host: Host): (thrown: unknown) => void {
  const debug = flags.debug === true || host.env['TBCC_DEBUG'] === '1'
  return (thrown) => host.stderr.write(describeError(thrown, { debug, style: styleFor(host.stderr, host.env) }))
}

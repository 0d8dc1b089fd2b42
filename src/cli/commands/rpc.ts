import { PROTOCOL_VERSION, procedures, topics } from '../../contract/api/api.ts'
import { serve } from '../../rpc/serve.ts'
import { appJobsDirOf } from '../app-places.ts'
import type { CommonFlags } from '../common-flags.ts'
import { EXIT } from '../exit-codes.ts'
import type { Host } from '../host.ts'
import { openLineLink } from '../line-link.ts'
import { reportFault, stopService } from '../run-service.ts'
import { createStopSignals } from '../run/stop-signals.ts'

/** `tbcc rpc`: the engine over stdin and stdout, one message per line, until stdin ends. */
export async function serveLines(flags: CommonFlags, host: Host): Promise<number> {
  const service = await host.openService({
    jobsDir: await appJobsDirOf(flags, host),
    jobsDirIsNamed: flags.jobsDir !== undefined,
  })
  const signals = createStopSignals(host.outputClosed)
  try {
    signals.arm()
    const link = openLineLink(host)
    signals.cancel.addEventListener('abort', () => link.close('stopped'), { once: true })
    const { handlers, sources } = service
    await serve({ procedures, topics, handlers, sources }, link, {
      version: host.version,
      protocol: PROTOCOL_VERSION,
      onFault: reportFault(flags, host),
    })
    await stopService(service, signals, host)
    return signals.cancel.aborted && !host.outputClosed.aborted ? EXIT.cancelled : EXIT.ok
  } finally {
    await service.dispose()
    signals.dispose()
  }
}

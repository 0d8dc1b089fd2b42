import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { PROTOCOL_VERSION, procedures, topics } from '../../contract/api/api.ts'
import { AppError } from '../../contract/errors.ts'
import type { Service } from '../../engine/service.ts'
import { serve } from '../../rpc/serve.ts'
import { createServer, type RunningServer } from '../../server/server.ts'
import { appJobsDirOf } from '../app-places.ts'
import type { CommonFlags } from '../common-flags.ts'
import { usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import type { Host } from '../host.ts'
import { pageDir } from '../page-dir.ts'
import { reportFault, stopService } from '../run-service.ts'
import { createStopSignals, type StopSignals } from '../run/stop-signals.ts'

export interface ServeFlags extends CommonFlags {
  readonly port?: string
  readonly host?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly insecure?: boolean
  readonly allowHost?: readonly string[]
}

/** `tbcc serve`: the screens in a browser, until Ctrl-C. */
export async function serveScreens(flags: ServeFlags, host: Host): Promise<number> {
  const tls = await readTls(flags, host)
  const jobsDir = await appJobsDirOf(flags, host)
  const service = await host.openService({ jobsDir, jobsDirIsNamed: flags.jobsDir !== undefined })
  // A reader of the one line that is printed may go away: that stops nothing.
  const signals = createStopSignals(new AbortController().signal)
  try {
    const server = await openServer(flags, tls, service, host)
    signals.arm()
    tellWhere(server, jobsDir, flags, host)
    await untilStopped(signals, service, host)
    await server.close()
    return EXIT.ok
  } finally {
    await service.dispose()
    signals.dispose()
  }
}

async function openServer(
  flags: ServeFlags,
  tls: { readonly cert: Buffer; readonly key: Buffer } | null,
  { handlers, sources }: Service,
  host: Host,
): Promise<RunningServer> {
  const served = { procedures, topics, handlers, sources }
  const options = { version: host.version, protocol: PROTOCOL_VERSION, onFault: reportFault(flags, host) }
  return createServer({
    port: parsePort(flags.port ?? '0'),
    host: flags.host ?? '127.0.0.1',
    allowedHosts: flags.allowHost ?? [],
    tls,
    insecure: flags.insecure === true,
    pageDir: pageDir(),
    serve: async (link) => serve(served, link, options),
  })
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw usageError(`--port: ${JSON.stringify(text)} is no port`, 'a whole number from 0 (any free one) to 65535')
}

async function readTls(
  { tlsCert, tlsKey }: ServeFlags,
  { cwd }: Host,
): Promise<{ readonly cert: Buffer; readonly key: Buffer } | null> {
  if (tlsCert === undefined && tlsKey === undefined) return null
  if (tlsCert === undefined || tlsKey === undefined) throw usageError('--tls-cert and --tls-key belong together')
  const read = async (path: string): Promise<Buffer> => {
    try {
      return await readFile(resolve(cwd, path))
    } catch (error) {
      throw new AppError('invalid-input', `${path} cannot be read`, { cause: error })
    }
  }
  return { cert: await read(tlsCert), key: await read(tlsKey) }
}

function tellWhere({ url, port, token }: RunningServer, jobsDir: string, flags: ServeFlags, host: Host): void {
  host.stdout.write(`${flags.json === true ? JSON.stringify({ url, port, token, jobsDir }) : url}\n`)
  host.stderr.write(`Jobs are kept in ${jobsDir}\nWhoever has this URL can run commands here. Ctrl-C stops.\n`)
}

async function untilStopped(signals: StopSignals, service: Service, host: Host): Promise<void> {
  await new Promise<void>((resolve) => {
    signals.cancel.addEventListener('abort', () => resolve(), { once: true })
    if (signals.cancel.aborted) resolve()
  })
  await stopService(service, signals, host)
}

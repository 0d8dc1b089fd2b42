import { setTimeout as delay } from 'node:timers/promises'
import type Docker from 'dockerode'
import { AppError } from '../../contract/errors.ts'
import { throwIfCancelled } from '../cancelled.ts'
import { endWithin } from './container-state.ts'
import { answered, LOOKUP_MS } from './deadline.ts'
import type { ExecHost } from './exec-session.ts'
import { createFrameSplitter } from './frames.ts'
import { lookUp } from './patience.ts'
import { endUnlessAlive } from './proof-of-life.ts'

/** An entrypoint of the image that does not hand over to the command ends at once; so long it is watched. */
const ENTRYPOINT_MS = 300
const HEALTH_POLL_MS = 200
const LOG_LINES = 40

/**
 * Sees a started container live, where the image has an entrypoint of its own live on, and where it has a health check
 * pass that; its working directory. Codes: environment-start-failed, cancelled.
 */
export async function settle(host: ExecHost, signal: AbortSignal): Promise<string> {
  const handle = host.engine.docker.getContainer(host.containerId)
  const { State, Config } = await answered(LOOKUP_MS, async (abortSignal) => handle.inspect({ abortSignal }))
  const hasEntrypoint = (Config.Entrypoint ?? []).length > 0
  if (!State.Running || (hasEntrypoint && !(await livesOn(host)))) throw await startedInVain(handle)
  // Podman runs health checks by timers of systemd: where there is none, such a container never becomes healthy.
  if (!host.engine.version.isPodman) await awaitHealthy(handle, signal)
  return Config.WorkingDir === '' ? '/' : Config.WorkingDir
}

async function livesOn(host: ExecHost): Promise<boolean> {
  if ((await endWithin(host.engine, host.containerId, ENTRYPOINT_MS)) !== null) return false
  return (await endUnlessAlive(host)) === null
}

/** As `docker compose up --wait` waits; how often to check and when to give up is the image's own affair. */
async function awaitHealthy(handle: Docker.Container, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { State } = await lookUp(async (abortSignal) => handle.inspect({ abortSignal }))
    if (!State.Running) throw await startedInVain(handle)
    if (State.Health?.Status === 'unhealthy') throw unhealthy(State.Health.Log.at(-1))
    if (State.Health?.Status !== 'starting') return
    await delay(HEALTH_POLL_MS, undefined, { signal }).catch(() => undefined)
    throwIfCancelled(signal)
  }
}

function unhealthy(check: { readonly ExitCode: number; readonly Output: string } | undefined): AppError {
  const how = check === undefined ? 'failed' : `ended with exit code ${check.ExitCode}`
  return new AppError('environment-start-failed', `The environment is not healthy: its health check ${how}.`, {
    details: { hint: "Look at the image's HEALTHCHECK.", log: check?.Output.trim() ?? '' },
  })
}

async function startedInVain(handle: Docker.Container): Promise<AppError> {
  const { State } = await answered(LOOKUP_MS, async (abortSignal) => handle.inspect({ abortSignal }))
  const log = await lastLines(handle)
  const why = State.OOMKilled
    ? 'it ran out of memory'
    : State.Running
      ? 'it starts no process'
      : `it ended with exit code ${State.ExitCode}`
  return new AppError('environment-start-failed', `The environment did not stay up: ${why}.`, {
    details: {
      hint: "Look at the image's ENTRYPOINT: it must run the command that it is given.",
      log,
      exitCode: State.ExitCode,
      oomKilled: State.OOMKilled,
    },
  })
}

async function lastLines(handle: Docker.Container): Promise<string> {
  const options = { follow: false, stdout: true, stderr: true, tail: LOG_LINES } as const
  const frames = await answered(LOOKUP_MS, async (abortSignal) => handle.logs({ ...options, abortSignal }))
  const pieces = [...createFrameSplitter()(frames)].map(({ data }) => Buffer.from(data))
  return Buffer.concat(pieces).toString('utf8').trim()
}

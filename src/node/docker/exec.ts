import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../contract/errors.ts'
import type { ExecRequest, ExecResult } from '../../core/environment/backend.ts'
import { assertRunning } from './container-state.ts'
import { endTree } from './end-tree.ts'
import { type FollowedOutput, followOutput } from './exec-output.ts'
import { announced } from './exec-root.ts'
import { type ExecHost, type ExecSession, exitCodeOf, openExec, toExecError } from './exec-session.ts'
import { feed } from './exec-stdin.ts'
import { assertAlive } from './proof-of-life.ts'
import { createStopSignal, type StopSignal } from './stop-signal.ts'
import { engineMessage, isConnectionError, isGone, statusOf } from './translate.ts'

const DEFAULT_GRACE_MS = 2000
/** Even a saturated engine has started a command by then; in a frozen container it never says so. */
const ANNOUNCEMENT_MS = 60_000
/** What `docker exec` itself ends with when the command could not be started. */
const NOT_STARTED = 126
/** Ended by KILL, its own or that of its whole container. */
const KILLED = 137

/** Runs one command; the contract is that of `Container.exec`. */
export async function runExec(host: ExecHost, request: ExecRequest): Promise<ExecResult> {
  const startedMs = performance.now()
  const stop = createStopSignal(request)
  try {
    const end = stop.reason() === null ? await run(host, request, stop) : NEVER_STARTED
    const reason = end.exitCode === null ? stop.reason() : null
    return {
      ...end,
      timedOut: reason === 'timeout',
      cancelled: reason === 'cancel',
      durationMs: Math.round(performance.now() - startedMs),
    }
  } catch (error) {
    throw toExecError(error)
  } finally {
    stop.dispose()
  }
}

interface ExecEnd {
  /** Null where it was stopped. */
  readonly exitCode: number | null
  readonly outputBytes: number
  readonly truncated: boolean
}

const NEVER_STARTED: ExecEnd = { exitCode: null, outputBytes: 0, truncated: false }

async function run(host: ExecHost, request: ExecRequest, stop: StopSignal): Promise<ExecEnd> {
  const session = await open(host, request)
  if ('refusal' in session) return toEndOfRefused(session.refusal, request)
  const { promise: failed, reject: fail } = Promise.withResolvers<never>()
  const output = followOutput(session, request, fail)
  if (request.stdin !== undefined) feed(session.stream, request.stdin).catch(fail)
  const running: RunningCommand = { session, output, request }
  try {
    const end = exitCodeAfter(host, running, stop)
    const exitCode = await Promise.race([end, failed, stop.fired.then(() => null)])
    if (exitCode !== null) return { exitCode, ...output.totals() }
  } catch (error) {
    // A consumer or a source that failed must not leave its command running.
    if (isGone(error)) await assertRunning(host.engine, host.containerId)
    else if (!isConnectionError(error)) await stopCommand(host, running).catch(() => undefined)
    throw error
  }
  await stopCommand(host, running)
  return { exitCode: null, ...output.totals() }
}

interface RunningCommand {
  readonly session: ExecSession
  readonly output: FollowedOutput
  readonly request: ExecRequest
}

/** The running command, or the engine's reason for not starting it (no such user or directory). */
async function open(host: ExecHost, request: ExecRequest): Promise<ExecSession | { readonly refusal: string }> {
  try {
    return await openExec(host, {
      command: announced(request.command),
      cwd: request.cwd,
      env: request.env,
      user: request.user,
      stdin: request.stdin !== undefined,
    })
  } catch (error) {
    if (statusOf(error) === null || isGone(error)) throw error
    await assertAlive(host)
    return { refusal: engineMessage(error) }
  }
}

/** Ends like `docker exec` there: the reason as output, and an exit code. Some engines do so themselves, others refuse. */
async function toEndOfRefused(refusal: string, request: ExecRequest): Promise<ExecEnd> {
  const data = new TextEncoder().encode(`${refusal}\n`)
  await request.onOutput?.({ stream: 'stderr', data })
  return { exitCode: NOT_STARTED, outputBytes: data.length, truncated: false }
}

/** Null when the command was stopped before its own end. */
async function exitCodeAfter(
  host: ExecHost,
  { session, output }: RunningCommand,
  stop: StopSignal,
): Promise<number | null> {
  await output.done
  const exitCode = await exitCodeOf(session, stop.signal)
  if (exitCode === null) return null
  const isSuspicious = exitCode === KILLED || (await output.rootPid) === null
  if (isSuspicious) await assertAlive(host)
  return exitCode
}

/** Returns when every process that descends from the command has ended and its output was taken. */
async function stopCommand(host: ExecHost, { session, output, request }: RunningCommand): Promise<void> {
  const rootPid = await announcement(output)
  // The pid of a command that has ended may be another's by now, and nothing descends from it any more.
  if (rootPid !== null && (await isRunning(session))) {
    await endTree(host, rootPid, request.user, request.killGraceMs ?? DEFAULT_GRACE_MS)
  }
  output.takeTail()
  await output.done
}

async function isRunning(session: ExecSession): Promise<boolean> {
  try {
    return (await session.status()).running
  } catch (error) {
    if (error instanceof AppError || isGone(error)) return false
    throw error
  }
}

/** The pid under which a command announced itself, or null where it was never started. Code: environment-gone. */
export async function announcement(output: Pick<FollowedOutput, 'rootPid'>): Promise<number | null> {
  const patience = new AbortController()
  const late = delay(ANNOUNCEMENT_MS, 'late' as const, { signal: patience.signal })
  try {
    const pid = await Promise.race([output.rootPid, late])
    if (pid !== 'late') return pid
    throw new AppError('environment-gone', 'The environment did not start a command in time; it may be frozen.')
  } finally {
    patience.abort()
  }
}

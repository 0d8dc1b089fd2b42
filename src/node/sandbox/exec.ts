import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { AppError, toAppError } from '../../contract/errors.ts'
import type { ExecRequest, ExecResult } from '../../core/environment/backend.ts'
import { exitCodeOf, untilReady } from './children.ts'
import { type CommandEnd, watchForEnd } from './command-end.ts'
import type { CommandPipes, PipeMaker } from './command-pipes.ts'
import { feed } from './feed.ts'
import { createOutputQueue, type OutputQueue } from './output-queue.ts'
import { isAlive, readProcess } from './process-table.ts'
import { commandLine, failureOf, type InsideCommand, type RunningSandbox } from './running.ts'

export interface ExecContext {
  readonly sandbox: RunningSandbox
  readonly pipes: PipeMaker
  /** Takes over the streams that a daemon still holds. */
  readonly adopt: (sockets: readonly Socket[]) => void
}

/** Runs a command to its end, as `Container.exec` promises it. */
export async function execInside(
  context: ExecContext,
  command: InsideCommand,
  request: ExecRequest,
): Promise<ExecResult> {
  const started = performance.now()
  const totals: Totals = { outputBytes: 0, truncated: false }
  const ending =
    request.signal?.aborted === true ? endedBy('cancelled') : await runCommand(context, command, request, totals)
  return { ...ending, ...totals, durationMs: performance.now() - started }
}

type Ending = Pick<ExecResult, 'exitCode' | 'timedOut' | 'cancelled'>

interface Totals {
  outputBytes: number
  truncated: boolean
}

interface Run {
  readonly sandbox: RunningSandbox
  readonly request: ExecRequest
  readonly totals: Totals
  readonly pipes: CommandPipes
  readonly queue: OutputQueue
  readonly child: ChildProcessByStdio<Writable | null, Readable, Readable>
  readonly exit: Promise<number>
  readonly end: CommandEnd
}

async function runCommand(
  context: ExecContext,
  command: InsideCommand,
  request: ExecRequest,
  totals: Totals,
): Promise<Ending> {
  const { sandbox } = context
  const pipes = await context.pipes.make().catch((error: unknown) => {
    throw failureOf(sandbox, 'pipes for the command could not be made', messageOf(error))
  })
  const queue = createOutputQueue(pipes.stdout, pipes.stderr)
  try {
    return await runThrough(launch({ sandbox, request, totals, pipes, queue }, command))
  } finally {
    pipes.unlink()
    context.adopt(queue.leftOpen)
    queue.destroy()
  }
}

function launch(made: Omit<Run, 'child' | 'exit' | 'end'>, command: InsideCommand): Run {
  const { sandbox, request, pipes, queue } = made
  const { program, args, options } = commandLine(sandbox, {
    ...command,
    pipes: { out: pipes.outPath, err: pipes.errPath, hasInput: request.stdin !== undefined },
  })
  const child = spawnCommand(() =>
    request.stdin === undefined
      ? spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
      : spawn(program, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] }),
  )
  const exit = exitCodeOf(child)
  // Where it cannot even be started, `connect` says so.
  exit.catch(() => undefined)
  const root = readProcess(child.pid ?? 0) ?? { pid: 0, startTime: '' }
  const end = watchForEnd(root, request, () => {
    queue.hurry()
  })
  return { ...made, child, exit, end }
}

function spawnCommand<Child>(spawnIt: () => Child): Child {
  try {
    return spawnIt()
  } catch (error) {
    const isTooLong = error instanceof Error && 'code' in error && error.code === 'E2BIG'
    throw isTooLong
      ? new AppError('invalid-input', 'the command with its environment is longer than the kernel takes', {
          cause: error,
        })
      : toAppError(error)
  }
}

async function runThrough(run: Run): Promise<Ending> {
  const { sandbox, end } = run
  try {
    const exitCode = (await connect(run)) ? await follow(run) : null
    await end.settle()
    if (end.reason !== null) return endedBy(end.reason)
    // In a sandbox that has just ended, nobody knows whose exit code this is.
    if (exitCode === 0 || isAlive(sandbox.init)) return { exitCode, timedOut: false, cancelled: false }
    throw failureOf(sandbox, 'the command could not be followed to its end', '')
  } catch (error) {
    end.kill()
    throw error
  } finally {
    await end.settle()
  }
}

/** Waits until the streams are joined to the command. False: it was ended before. */
async function connect({ sandbox, child, end }: Run): Promise<boolean> {
  try {
    await untilReady(child)
    return true
  } catch (error) {
    if (end.reason !== null) return false
    throw failureOf(sandbox, 'the command could not be started', messageOf(error))
  } finally {
    child.stdout.destroy()
    child.stderr.destroy()
  }
}

async function follow(run: Run): Promise<number> {
  const { request, queue, child } = run
  const over = new AbortController()
  const ended = async (): Promise<number> => {
    const exitCode = await run.exit
    run.end.commandEnded()
    queue.expectEnd()
    over.abort()
    return exitCode
  }
  const feeding =
    child.stdin === null || request.stdin === undefined ? null : feed(child.stdin, request.stdin, over.signal)
  const [exitCode] = await Promise.all([ended(), passOn(run), feeding])
  return exitCode
}

/** Hands the output on, chunk by chunk, and counts it. */
async function passOn({ queue, request, totals }: Run): Promise<void> {
  const most = request.maxOutputBytes ?? Number.POSITIVE_INFINITY
  for (let chunk = await queue.next(); chunk !== null; chunk = await queue.next()) {
    const room = Math.max(0, most - totals.outputBytes)
    totals.outputBytes += chunk.data.length
    if (chunk.data.length > room) totals.truncated = true
    if (room === 0 || request.onOutput === undefined) continue
    await request.onOutput({ stream: chunk.stream, data: chunk.data.subarray(0, room) })
  }
}

function endedBy(reason: 'timedOut' | 'cancelled'): Ending {
  return { exitCode: null, timedOut: reason === 'timedOut', cancelled: reason === 'cancelled' }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

import type { Socket } from 'node:net'
import { AppError } from '../../contract/errors.ts'
import type {
  Container,
  Enforcement,
  ExecRequest,
  ExecResult,
  Terminal,
  TerminalRequest,
} from '../../core/environment/backend.ts'
import { getArchive, putArchive } from './archives.ts'
import { commandCapabilities } from './capabilities.ts'
import type { Cgroups } from './cgroups.ts'
import { compareListings, listTree, type TreeListing } from './changes.ts'
import type { PipeMaker } from './command-pipes.ts'
import { execInside } from './exec.ts'
import { isAlive } from './process-table.ts'
import { type CommandIdentity, DEFAULT_PATH, type RunningSandbox } from './running.ts'
import { openTerminal } from './terminal.ts'
import { findUser } from './users.ts'

/** What is known of a started sandbox when its container is made. */
export interface SandboxParts {
  readonly id: string
  readonly workdir: string
  /** Of the Dockerfile and the task. */
  readonly env: Readonly<Record<string, string>>
  readonly sandbox: RunningSandbox
  readonly cgroups: Cgroups
  readonly pipes: PipeMaker
  readonly root: string
  readonly baseline: TreeListing
  readonly enforcement: Enforcement
  readonly droppedCapabilities: readonly string[]
  readonly keep: () => Promise<void>
  readonly remove: () => Promise<void>
}

/** The first process of a sandbox never ends by itself while tbcc runs. */
const KILLED = 137

export function createSandboxContainer(parts: SandboxParts): Container {
  const { sandbox } = parts
  const leftOpen = new Set<Socket>()
  const root = rootIdentity(sandbox)
  let stopping: Promise<void> | null = null
  let wasOomKilled = false

  function requireAlive(): void {
    if (stopping !== null || !isAlive(sandbox.init)) throw new AppError('environment-gone', 'the sandbox has ended')
  }

  function adopt(sockets: readonly Socket[]): void {
    for (const socket of sockets) {
      leftOpen.add(socket)
      socket.once('close', () => leftOpen.delete(socket))
      if (stopping !== null) socket.destroy()
    }
  }

  async function exec(request: ExecRequest): Promise<ExecResult> {
    requireAlive()
    const user = await findUser(sandbox, root, request.user)
    if (user === null) return missingUser(request)
    const capabilities = user.uid === 0 ? commandCapabilities(sandbox.mapping, parts.droppedCapabilities) : []
    const argv = typeof request.command === 'string' ? ['bash', '-c', request.command] : request.command
    const env = { PATH: DEFAULT_PATH, HOME: user.home, ...parts.env, ...request.env }
    const command = {
      argv,
      cwd: request.cwd ?? parts.workdir,
      env,
      identity: { uid: user.uid, gid: user.gid, capabilities },
    }
    return execInside({ sandbox, pipes: parts.pipes, adopt }, command, request)
  }

  async function attachTerminal(request: TerminalRequest): Promise<Terminal> {
    requireAlive()
    const user = await findUser(sandbox, root, request.user)
    if (user === null) throw new AppError('invalid-input', `there is no user ${request.user} in the sandbox`)
    const capabilities = user.uid === 0 ? commandCapabilities(sandbox.mapping, parts.droppedCapabilities) : []
    const env = { PATH: DEFAULT_PATH, HOME: user.home, TERM: 'xterm-256color', ...parts.env, ...request.env }
    const command = {
      argv: request.command ?? ['bash'],
      cwd: request.cwd ?? parts.workdir,
      env,
      identity: { uid: user.uid, gid: user.gid, capabilities },
    }
    return openTerminal(sandbox, command, request)
  }

  async function stop(): Promise<void> {
    wasOomKilled = parts.cgroups.oomKilled()
    try {
      await parts.remove()
    } catch (error) {
      // To be tried again.
      stopping = null
      throw error
    }
    for (const socket of leftOpen) socket.destroy()
  }

  return {
    id: parts.id,
    workdir: parts.workdir,
    enforcement: parts.enforcement,
    exec,
    attachTerminal,
    async putArchive(directory, archive) {
      requireAlive()
      await putArchive(sandbox, root, directory, archive)
    },
    async getArchive(path) {
      requireAlive()
      return getArchive(sandbox, root, path)
    },
    async changes() {
      requireAlive()
      const now = await listTree(parts.root)
      // A listing of a tree that was being removed would call everything deleted.
      requireAlive()
      return compareListings(parts.baseline, now)
    },
    state: async () => {
      const running = stopping === null && isAlive(sandbox.init)
      return { running, exitCode: running ? null : KILLED, oomKilled: wasOomKilled || parts.cgroups.oomKilled() }
    },
    async keep() {
      requireAlive()
      await parts.keep()
    },
    async stop() {
      stopping ??= stop()
      await stopping
    },
  }
}

/** As a container engine answers: the command did not run, and its output says why. */
async function missingUser(request: ExecRequest): Promise<ExecResult> {
  const data = new TextEncoder().encode(`no user ${request.user} in /etc/passwd\n`)
  await request.onOutput?.({ stream: 'stderr', data })
  return { exitCode: 126, timedOut: false, cancelled: false, truncated: false, outputBytes: data.length, durationMs: 0 }
}

/** For our own commands: what `--ek cap_drop` takes from the task's commands is still theirs. */
export function rootIdentity(sandbox: RunningSandbox): CommandIdentity {
  return { uid: 0, gid: 0, capabilities: commandCapabilities(sandbox.mapping, []) }
}

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { AppError, toAppError } from '../../contract/errors.ts'
import { bestMapping, type IdMapping } from './id-mapping.ts'
import { launch, type LaunchTool } from './launch.ts'
import { findPrograms, type Programs } from './programs.ts'
import type { SandboxHost } from './start.ts'
import { openStateFolder } from './state-folder.ts'
import { NAMESPACE_HINT } from './user-namespace.ts'

export interface HostWishes {
  readonly stateFolder: string
  readonly tool: LaunchTool | null
  readonly withoutUserNamespace: boolean
}

/**
 * Finds a way to make sandboxes on this machine by trying it: with bubblewrap before util-linux, and for root with a user
 * namespace before one without. Throws AppError `backend-unavailable` with a hint.
 */
export async function findHost(wishes: HostWishes, signal: AbortSignal): Promise<SandboxHost> {
  const uid = process.getuid?.()
  if (process.platform !== 'linux' || uid === undefined) {
    throw unavailable(
      `the sandbox needs Linux, and this is ${process.platform}`,
      'install Docker, or run tbcc in Linux (on Windows: WSL 2)',
    )
  }
  const programs = requirePrograms(wishes)
  openStateFolder(wishes.stateFolder, uid)
  let problem: unknown = null
  for (const mapping of mappings(uid, wishes)) {
    for (const tool of tools(programs, wishes)) {
      try {
        await tryOut(programs, tool, mapping, signal)
        return { programs, tool, mapping, stateFolder: wishes.stateFolder, uid }
      } catch (error) {
        problem ??= error
      }
    }
  }
  const { message, details } = toAppError(problem)
  throw unavailable(`no namespaces can be made here: ${message}`, details.hint ?? NAMESPACE_HINT)
}

/** E.g. `bubblewrap 0.8.0, util-linux 2.38.1`. */
export async function toolVersions({ programs, tool }: SandboxHost): Promise<string> {
  const version = async (program: string): Promise<string> => {
    const { stdout } = await promisify(execFile)(program, ['--version'], { env: {} })
    return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? 'unknown version'
  }
  const names = tool === 'bubblewrap' && programs.bwrap !== null ? [`bubblewrap ${await version(programs.bwrap)}`] : []
  return [...names, `util-linux ${await version(programs.unshare)}`].join(', ')
}

function requirePrograms(wishes: HostWishes): Programs {
  const search = findPrograms()
  if ('missing' in search) {
    throw unavailable(
      `the sandbox needs programs that are not here: ${search.missing.join(', ')}`,
      'install util-linux, bash, coreutils and tar',
    )
  }
  if (wishes.tool === 'bubblewrap' && search.found.bwrap === null)
    throw unavailable('bubblewrap is not installed', 'install bubblewrap')
  // Its loader takes orders from a file that this sandbox does not protect.
  if (!usesGlibc()) throw unavailable('the sandbox needs the GNU C library', 'use Docker')
  return search.found
}

function usesGlibc(): boolean {
  return ['/lib', '/lib64', '/usr/lib', '/usr/lib64'].some((folder) => {
    try {
      return readdirSync(folder).some((name) => /^ld(-linux.*|64)\.so\./.test(name))
    } catch {
      return false
    }
  })
}

function mappings(uid: number, wishes: HostWishes): readonly IdMapping[] {
  const without: readonly IdMapping[] = uid === 0 ? [{ kind: 'none' }] : []
  if (!wishes.withoutUserNamespace) return [bestMapping(uid, process.getgid?.() ?? uid), ...without]
  if (uid !== 0) throw unavailable('only root can make a sandbox without a user namespace', NAMESPACE_HINT)
  return without
}

function tools(programs: Programs, wishes: HostWishes): readonly LaunchTool[] {
  if (wishes.tool !== null) return [wishes.tool]
  return programs.bwrap === null ? ['unshare'] : ['bubblewrap', 'unshare']
}

/** Makes a sandbox in memory and lets it end. */
async function tryOut(programs: Programs, tool: LaunchTool, mapping: IdMapping, signal: AbortSignal): Promise<void> {
  const hostname = `probe-${randomBytes(4).toString('hex')}`
  const child = await launch({ programs, tool, mapping, hostname, directory: null, signal })
  const ended = once(child, 'exit', { signal })
  child.stdin.end()
  await ended
}

function unavailable(message: string, hint: string): AppError {
  return new AppError('backend-unavailable', message, { details: { hint } })
}

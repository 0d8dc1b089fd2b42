import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { EngineConnection } from './connection.ts'
import type { EngineProgram } from './endpoint.ts'
import { engineMessage, errnoOf, isTimeout } from './translate.ts'

interface Explanation {
  readonly reason: string
  readonly hint: string
}

const TITLES: Readonly<Record<EngineProgram, string>> = { docker: 'Docker', podman: 'Podman' }

/** Why an engine could not be reached, in words, and what to do about it. */
export async function toUnreachable(
  thrown: unknown,
  connection: EngineConnection,
  program: EngineProgram,
): Promise<AppError> {
  if (thrown instanceof AppError) return thrown
  const { reason, hint } = await explain(thrown, connection, program)
  return new AppError('backend-unavailable', reason, { details: { hint }, cause: thrown })
}

async function explain(thrown: unknown, connection: EngineConnection, program: EngineProgram): Promise<Explanation> {
  const { label, chosenBy, endpoint } = connection
  const title = TITLES[program]
  const place = `${label} (${chosenBy})`
  if (isTimeout(thrown)) {
    return {
      reason: `${title} does not answer at ${place} in time.`,
      hint: 'The engine hangs or is overloaded; restart it.',
    }
  }
  switch (errnoOf(thrown)) {
    case 'ENOENT':
      if (endpoint.kind === 'ssh')
        return { reason: 'The program ssh is not installed.', hint: 'Install an OpenSSH client.' }
      return nothingThere(connection, program)
    case 'EACCES':
    case 'EPERM':
      return { reason: `The permission to use ${title} at ${place} is missing.`, hint: PERMISSION_HINTS[program] }
    case 'ECONNREFUSED':
      return { reason: `${title} does not run: nobody answers at ${place}.`, hint: START_HINTS[program] }
    case 'ESSH':
      return {
        reason: `${title} cannot be reached at ${place}: ${messageOf(thrown)}`,
        hint: `Check that "ssh" to that host works without a question and that ${program} is installed there.`,
      }
    default:
      return {
        reason: `${title} cannot be reached at ${place}: ${messageOf(thrown)}`,
        hint: 'Check the address, the network and the TLS settings.',
      }
  }
}

async function nothingThere({ label, chosenBy, host }: EngineConnection, program: EngineProgram): Promise<Explanation> {
  const title = TITLES[program]
  if (await isInstalled(program, host.env['PATH'] ?? '')) {
    return {
      reason: `${title} does not run: there is no socket at ${label} (${chosenBy}).`,
      hint: START_HINTS[program],
    }
  }
  return { reason: `${title} is not installed: there is no socket at ${label}.`, hint: INSTALL_HINTS[program] }
}

const INSTALL_HINTS: Readonly<Record<EngineProgram, string>> = {
  docker: 'Install Docker Engine 20.10 or newer (e.g. "apt-get install docker.io") or Docker Desktop.',
  podman: 'Install Podman 4 or newer (e.g. "apt-get install podman").',
}

const START_HINTS: Readonly<Record<EngineProgram, string>> = {
  docker: 'Start it: "sudo systemctl start docker", or open Docker Desktop.',
  podman: 'Start its API service: "systemctl --user start podman.socket", or "podman system service --time=0".',
}

const PERMISSION_HINTS: Readonly<Record<EngineProgram, string>> = {
  docker: 'Add yourself to the group docker ("sudo usermod -aG docker $USER") and log in again.',
  podman: 'Use a socket of your own: "systemctl --user start podman.socket".',
}

async function isInstalled(program: EngineProgram, path: string): Promise<boolean> {
  const names = program === 'docker' ? ['docker', 'dockerd'] : ['podman']
  const places = [...path.split(delimiter), '/usr/sbin'].filter((folder) => folder !== '')
  for (const place of places) {
    for (const name of names) if (await exists(join(place, name))) return true
  }
  return false
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}

function messageOf(thrown: unknown): string {
  return engineMessage(thrown).replace(/\.?$/, '.')
}

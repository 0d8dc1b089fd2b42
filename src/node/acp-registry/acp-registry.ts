import { resolve } from 'node:path'
import type { AcpRegistry } from '../../core/agent/acp/registry.ts'
import { findInCopy } from './copy.ts'
import { findAtHome, type RegistryHome } from './home.ts'

export interface AcpRegistryConfig {
  /** `GITHUB_TOKEN` raises the number of questions that its home answers. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** What relative paths of copies mean. */
  readonly cwd: string
  readonly home?: RegistryHome
}

/** Where the registry is kept, and where its history is told. */
const HOME: RegistryHome = {
  files: 'https://raw.githubusercontent.com/agentclientprotocol/registry',
  api: 'https://api.github.com/repos/agentclientprotocol/registry',
}

/** The registry of ACP agents: a copy on this host where one is named, else its home. */
export function createAcpRegistry({ env, cwd, home = HOME }: AcpRegistryConfig): AcpRegistry {
  return {
    find: async (id, version, copy) =>
      copy === null
        ? findAtHome({ id, version, home, token: env['GITHUB_TOKEN'] })
        : findInCopy(id, version, resolve(cwd, copy)),
  }
}

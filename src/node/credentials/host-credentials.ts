import { AppError } from '../../contract/errors.ts'
import type { HostCredentials } from '../../core/agent/credentials.ts'

export interface HostCredentialsConfig {
  readonly env: Readonly<Record<string, string | undefined>>
}

export function createHostCredentials(_config: HostCredentialsConfig): HostCredentials {
  return {
    async read(owner) {
      throw new AppError('unsupported', `the login of ${owner} cannot be read here`)
    },
  }
}

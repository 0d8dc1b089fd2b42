import { AppError } from '../../contract/errors.ts'
import type { Toolchains } from '../../core/agent/toolchains.ts'

export interface ToolchainsConfig {
  readonly env: Readonly<Record<string, string | undefined>>
}

export function createToolchains(_config: ToolchainsConfig): Toolchains {
  return {
    async prepare({ name }) {
      throw new AppError('unsupported', `${name} cannot be prepared here`)
    },
  }
}

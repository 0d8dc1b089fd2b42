import { readFile, stat } from 'node:fs/promises'
import { AppError } from '../../contract/errors.ts'
import type { HostTree } from '../../core/agent/host.ts'
import { archiveDirectory } from '../fs/task-archive.ts'
import { archiveOf } from './archive-of.ts'

/** The host's files as agents and the verifier may read them. */
export function createHostTree(): HostTree {
  return {
    async readText(path) {
      return readFile(path, 'utf8').catch((error: unknown) => {
        throw new AppError('not-found', `the file ${path} cannot be read`, {
          cause: error,
          details: { hint: 'check the path' },
        })
      })
    },
    async isFile(path) {
      return stat(path).then(
        (stats) => stats.isFile(),
        () => false,
      )
    },
    archive: archiveDirectory,
    archiveOf,
  }
}

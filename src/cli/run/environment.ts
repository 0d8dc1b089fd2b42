import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { usageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { layerEnvironment } from './env-file.ts'

/** The variables of a job: `--env-file` over this process's own over `.env.local` in the working directory. */
export async function readEnvironment(
  host: Pick<Host, 'cwd' | 'env'>,
  envFile: string | undefined,
): Promise<ReturnType<typeof layerEnvironment>> {
  const local = await readFile(resolve(host.cwd, '.env.local'), 'utf8').catch(() => null)
  const given = envFile === undefined ? null : await readEnvFile(resolve(host.cwd, envFile), envFile)
  return layerEnvironment(host.env, { local, envFile: given })
}

async function readEnvFile(path: string, name: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw usageError(`--env-file ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  })
}

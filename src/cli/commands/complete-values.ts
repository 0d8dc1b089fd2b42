import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { ASKED_VALUES, type AskedValues } from '../completion/model.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines } from '../host.ts'

/**
 * `tbcc complete-values`, for completion scripts: folder names alone, nothing is opened or parsed. Names that a shell
 * would have to quote are left out.
 */
export async function printValues(
  kind: string,
  path: string | null,
  host: Pick<Host, 'stdout' | 'cwd' | 'env'>,
): Promise<number> {
  const known = ASKED_VALUES.find((value) => value === kind)
  if (known === undefined) return EXIT.usage
  const values = await VALUES[known](path, host)
  printLines(host.stdout, values.filter((value) => /^[\w.+@/-]+$/.test(value)).sort())
  return EXIT.ok
}

type Place = Pick<Host, 'cwd' | 'env'>

const VALUES: Readonly<Record<AskedValues, (path: string | null, host: Place) => Promise<readonly string[]>>> = {
  tasks: taskNames,
  agents: async () => {
    const { AGENTS } = await import('../../core/agent/registry.ts')
    return AGENTS.map(({ name }) => name)
  },
  jobs: async (_path, { cwd }) => folders(join(cwd, 'jobs')),
  trials: async (_path, { cwd }) => {
    const jobs = await folders(join(cwd, 'jobs'))
    const trials = await Promise.all(jobs.map(async (job) => folders(join(cwd, 'jobs', job))))
    return [...jobs, ...trials.flat()]
  },
}

async function taskNames(path: string | null, { cwd, env }: Place): Promise<readonly string[]> {
  const places = [path, env['TBCC_TASKS'], join(homedir(), 'code', 'terminal-bench-2')]
  const place = places.find(
    (candidate) =>
      candidate !== null && candidate !== undefined && candidate !== '' && existsSync(resolve(cwd, candidate)),
  )
  if (place === null || place === undefined) return []
  const directory = resolve(cwd, place)
  const names = await folders(directory)
  return names.filter((name) => existsSync(join(directory, name, 'task.toml')))
}

async function folders(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

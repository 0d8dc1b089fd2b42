import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { JobConfig } from '../../contract/harbor/job-config.ts'
import { usageError } from '../errors.ts'
import type { Host } from '../host.ts'
import { type BackendWish, chooseBackend, withBackend } from './backend-choice.ts'
import { checkConfigKeys, type KeyReport } from './config-keys.ts'
import { loadConfigs } from './load-config.ts'
import { loadMcpServers } from './mcp-config.ts'
import { isTable, type PlainConfig } from './plain-config.ts'
import { applyRunFlags } from './run-flags.ts'
import type { RunFlags } from './run-options.ts'
import type { PathKind } from './selection.ts'

export interface ResolvedRun {
  readonly config: JobConfig
  readonly backend: BackendWish
}

/** What a `tbcc run` command line asks for. Throws `invalid-input` with everything that is wrong with it. */
export async function resolveRun(flags: RunFlags, host: Pick<Host, 'cwd'>): Promise<ResolvedRun> {
  const file = await loadConfigs(flags.config ?? [], host.cwd)
  refuseKeys(checkConfigKeys(file))
  const mcpServers = await loadMcpServers(flags.mcpConfig ?? [], host.cwd)
  const kindOf = (path: string): PathKind => kindOfPath(resolve(host.cwd, path))
  const merged = applyRunFlags(liftOrchestrator(file), flags, { kindOf, mcpServers })
  const backend = chooseBackend(file, flags.env)
  return { config: parseJobConfig(withBackend(merged, backend)), backend }
}

/** Older files nest the scheduler's settings; flags can only go over them where Harbor has them today. */
function liftOrchestrator({ orchestrator, ...config }: PlainConfig): PlainConfig {
  if (!isTable(orchestrator)) return config
  const { n_concurrent_trials = 4, quiet, retry } = orchestrator
  return {
    n_concurrent_trials,
    ...(quiet === undefined ? {} : { quiet }),
    ...(retry === undefined ? {} : { retry }),
    ...config,
  }
}

function parseJobConfig(config: PlainConfig): JobConfig {
  const parsed = JobConfig.safeParse(config)
  if (parsed.success) return parsed.data
  throw usageError(['the configuration is not valid:', ...parsed.error.issues.map(describeIssue)].join('\n  '))
}

function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path.map(String).join('.')}: ${issue.message}`
}

function refuseKeys({ unsupported, unknown }: KeyReport): void {
  const problems = [
    ...(unsupported.length > 0 ? [`keys of Harbor's that tbcc does not support yet: ${unsupported.join(', ')}`] : []),
    ...unknown.map(({ path, nearest }) => `unknown key ${path}${nearest === null ? '' : `; did you mean ${nearest}?`}`),
  ]
  if (problems.length === 0) return
  throw usageError(`the configuration cannot be followed as it stands:\n  ${problems.join('\n  ')}`)
}

function kindOfPath(path: string): PathKind {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory() !== true) return stats === undefined ? 'missing' : 'file'
  return existsSync(join(path, 'task.toml')) ? 'task' : 'dataset'
}

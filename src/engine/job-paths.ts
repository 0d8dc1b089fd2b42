import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type { AgentConfig } from '../contract/harbor/common.ts'
import type { JobConfig } from '../contract/harbor/job-config.ts'
import { findAgent } from '../core/agent/registry.ts'

interface PathContext {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * A configuration with every path of this host in it absolute, so that it means the same to whoever goes on with the job
 * from elsewhere. `~/` is the user's home, as in Harbor. `jobs_dir` stays: a job is where its folder is.
 */
export function withAbsolutePaths(config: JobConfig, context: PathContext): JobConfig {
  const absolute = (path: string): string => toAbsolute(path, context)
  const ofPath = (path: string | null): string | null => (path === null ? null : absolute(path))
  return {
    ...config,
    tasks: config.tasks.map((task) => (task.git_url === null ? { ...task, path: ofPath(task.path) } : task)),
    datasets: config.datasets.map((dataset) =>
      // In a repository they are paths inside it.
      dataset.repo === null
        ? { ...dataset, path: ofPath(dataset.path), registry_path: ofPath(dataset.registry_path) }
        : dataset,
    ),
    extra_instruction_paths: config.extra_instruction_paths.map(absolute),
    agents: config.agents.map((agent) => ({
      ...agent,
      skills: agent.skills.map(absolute),
      kwargs: withAbsolute(agent.kwargs, fileKwargsOf(agent), absolute),
    })),
    environment: {
      ...config.environment,
      kwargs: withAbsolute(config.environment.kwargs, ['ca_bundle'], absolute),
    },
  }
}

function fileKwargsOf({ name }: AgentConfig): readonly string[] {
  return findAgent(name ?? 'oracle').fileKwargs ?? []
}

function withAbsolute<T>(
  kwargs: Readonly<Record<string, T>>,
  keys: readonly string[],
  absolute: (path: string) => string,
): Record<string, T | string> {
  return Object.fromEntries(
    Object.entries(kwargs).map(([key, value]) => [
      key,
      keys.includes(key) && typeof value === 'string' && value !== '' ? absolute(value) : value,
    ]),
  )
}

function toAbsolute(path: string, { cwd, env }: PathContext): string {
  if (path !== '~' && !path.startsWith('~/')) return resolve(cwd, path)
  const home = env['HOME']
  return join(home !== undefined && isAbsolute(home) ? home : homedir(), path.slice(1))
}

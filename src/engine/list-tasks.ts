import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../contract/errors.ts'
import { findDefaultTasks } from '../node/fs/default-tasks.ts'
import { loadDataset } from '../node/fs/dataset.ts'
import type { ListTasksOptions, TaskListing } from './engine.ts'

interface ListContext {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The tasks at a path, or at the first default place that exists. */
export async function listTasks(
  path: string | null,
  { recursive, dataset }: ListTasksOptions,
  { cwd, env }: ListContext,
): Promise<TaskListing> {
  const place =
    path === null
      ? findDefaultTasks({
          cwd,
          env,
          home: env['HOME'] ?? homedir(),
          samples: samplesFolder() ?? join(cwd, 'resources', 'samples'),
        })?.path
      : resolve(cwd, path)
  if (place === undefined) {
    throw new AppError('not-found', 'no tasks were found in any default place', {
      details: { hint: 'name a folder of tasks: tbcc tasks -p PATH, or set TBCC_TASKS' },
    })
  }
  const request = dataset === undefined ? { path: place, recursive } : { path: null, registryPath: place, ...dataset }
  const { path: found, entries } = await loadDataset(request)
  return { path: found, entries }
}

/** The bundled samples: beside the built program and beside the sources alike. */
export function samplesFolder(): string | null {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const samples = join(folder, 'resources', 'samples')
    if (existsSync(samples)) return samples
  }
  return null
}

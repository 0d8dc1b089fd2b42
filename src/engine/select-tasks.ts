import { resolve } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { DatasetConfig } from '../contract/harbor/dataset-config.ts'
import type { JobConfig } from '../contract/harbor/job-config.ts'
import type { TaskEntry } from '../core/task/task.ts'
import { filterTasks } from '../core/task/filter.ts'
import { loadDataset } from '../node/fs/dataset.ts'
import { loadTask } from '../node/fs/task-directory.ts'

/** Tasks of a job in the order in which it runs them: those named by path first, then the datasets'. */
export interface TaskSelection {
  readonly tasks: readonly { readonly entry: Extract<TaskEntry, { valid: true }>; readonly source: string | null }[]
  readonly invalid: readonly Extract<TaskEntry, { valid: false }>[]
}

/** Throws `invalid-input` where a name or a path means nothing, `unsupported` for what is not on this machine. */
export async function selectTasks(config: JobConfig, cwd: string): Promise<TaskSelection> {
  const named = await Promise.all(
    config.tasks.map(async (ref) => {
      if (ref.path === null || ref.git_url !== null)
        throw new AppError(
          'unsupported',
          `task ${ref.name ?? ref.path}: only tasks of this machine can be run; give a path`,
        )
      return { entries: [await loadTask(resolve(cwd, ref.path))], source: ref.source }
    }),
  )
  const datasets = await Promise.all(config.datasets.map(async (dataset) => selectFromDataset(dataset, cwd)))
  const all = [...named, ...datasets].flatMap(({ entries, source }) => entries.map((entry) => ({ entry, source })))
  return {
    tasks: all.flatMap(({ entry, source }) => (entry.valid ? [{ entry, source }] : [])),
    invalid: all.flatMap(({ entry }) => (entry.valid ? [] : [entry])),
  }
}

async function selectFromDataset(
  dataset: DatasetConfig,
  cwd: string,
): Promise<{ entries: readonly TaskEntry[]; source: string | null }> {
  if (dataset.repo !== null || dataset.registry_url !== null) {
    throw new AppError(
      'unsupported',
      `dataset ${dataset.name ?? dataset.repo}: registries and repositories of the network are not supported yet`,
      {
        details: { hint: 'use a checkout on this machine: -p PATH, or -d NAME with --registry-path FILE' },
      },
    )
  }
  const loaded = await loadDataset({
    path: dataset.path === null ? null : resolve(cwd, dataset.path),
    name: dataset.name,
    version: dataset.version ?? dataset.ref,
    registryPath: dataset.registry_path === null ? null : resolve(cwd, dataset.registry_path),
    recursive: false,
  })
  const entries = filterTasks(loaded.entries, {
    include: dataset.task_names ?? [],
    exclude: dataset.exclude_task_names ?? [],
    limit: dataset.n_tasks,
  })
  return { entries, source: loaded.name }
}

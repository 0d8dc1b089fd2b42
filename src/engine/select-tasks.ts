import { resolve } from 'node:path'
import { AppError } from '../contract/errors.ts'
import type { DatasetConfig } from '../contract/harbor/dataset-config.ts'
import type { JobConfig } from '../contract/harbor/job-config.ts'
import type { TaskEntry } from '../core/task/task.ts'
import type { MetricType } from '../core/job/job-stats.ts'
import { verifiesTrials } from '../core/job/plan-trial.ts'
import { filterTasks } from '../core/task/filter.ts'
import { loadDataset } from '../node/fs/dataset.ts'
import type { Dataset } from '../node/fs/listed-dataset.ts'
import { loadTask } from '../node/fs/task-directory.ts'

/** Tasks of a job in the order in which it runs them: those named by path first, then the datasets'. */
export interface TaskSelection {
  readonly tasks: readonly { readonly entry: Extract<TaskEntry, { valid: true }>; readonly source: string | null }[]
  readonly invalid: readonly Extract<TaskEntry, { valid: false }>[]
  /** What is computed over the trials of datasets that state it, by name: theirs, then the job's. */
  readonly metrics: ReadonlyMap<string, MetricType[]>
  /** The job's datasets as Harbor names them: one of a file that lists its tasks by its name in that registry. */
  readonly datasets: readonly DatasetConfig[]
}

/** Throws `invalid-input` where a name or a path means nothing, `unsupported` for what is not on this machine. */
export async function selectTasks(config: JobConfig, cwd: string): Promise<TaskSelection> {
  const verify = verifiesTrials(config)
  const named = await Promise.all(
    config.tasks.map(async (ref) => {
      if (ref.path === null || ref.git_url !== null)
        throw new AppError(
          'unsupported',
          `task ${ref.name ?? ref.path}: only tasks of this machine can be run; give a path`,
        )
      return { entries: [await loadTask(resolve(cwd, ref.path), { verify })], source: ref.source }
    }),
  )
  const datasets = await Promise.all(
    config.datasets.map(async (dataset) => selectFromDataset(dataset, { cwd, verify })),
  )
  const all = [...named, ...datasets].flatMap(({ entries, source }) => entries.map((entry) => ({ entry, source })))
  return {
    tasks: all.flatMap(({ entry, source }) => (entry.valid ? [{ entry, source }] : [])),
    invalid: all.flatMap(({ entry }) => (entry.valid ? [] : [entry])),
    metrics: mergeMetrics(datasets, config),
    datasets: datasets.map(({ dataset }) => dataset),
  }
}

interface Selected {
  readonly entries: readonly TaskEntry[]
  readonly source: string | null
  readonly metrics: Dataset['metrics']
  readonly dataset: DatasetConfig
}

async function selectFromDataset(
  dataset: DatasetConfig,
  { cwd, verify }: { readonly cwd: string; readonly verify: boolean },
): Promise<Selected> {
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
    verify,
  })
  const entries = filterTasks(loaded.entries, {
    include: dataset.task_names ?? [],
    exclude: dataset.exclude_task_names ?? [],
    limit: dataset.n_tasks,
  })
  return { entries, source: loaded.name, metrics: loaded.metrics, dataset: toNamed(dataset, loaded) }
}

function toNamed(dataset: DatasetConfig, { isListed, name, path }: Dataset): DatasetConfig {
  return isListed && dataset.path !== null ? { ...dataset, path: null, name, registry_path: path } : dataset
}

/** A dataset that is selected twice has its metrics twice, as in Harbor. */
function mergeMetrics(datasets: readonly Selected[], { metrics: asked }: JobConfig): Map<string, MetricType[]> {
  const merged = new Map<string, MetricType[]>()
  for (const { source, metrics } of datasets) {
    if (source === null || metrics.length === 0) continue
    const all = [...metrics, ...asked.map(({ type }) => type)].map((type) => toKnown(type, source))
    merged.set(source, [...(merged.get(source) ?? []), ...all])
  }
  return merged
}

function toKnown(type: Dataset['metrics'][number], source: string): MetricType {
  if (type !== 'uv-script') return type
  throw new AppError('invalid-input', `dataset ${source}: its metric uv-script is not supported yet`, {
    details: { hint: "take it out of the dataset's listing; without any the mean is computed" },
  })
}

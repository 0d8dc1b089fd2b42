import { usageError } from '../errors.ts'
import type { PlainConfig } from './plain-config.ts'
import type { RunFlags } from './run-options.ts'

/** What stands at a path: a folder with a task.toml is a task, any other folder a dataset. */
export type PathKind = 'task' | 'dataset' | 'file' | 'missing'

/** The tasks that flags choose, which replace those of the config. Exactly one of -p, -d and -t says where they are. */
export function applySelection(config: PlainConfig, flags: RunFlags, kindOf: (path: string) => PathKind): PlainConfig {
  const ways = [flags.path !== undefined && '-p', flags.dataset !== undefined && '-d', flags.task !== undefined && '-t']
  const used = ways.filter((way) => way !== false)
  if (used.length > 1) {
    throw usageError(`${used.join(' and ')} were given: only one of them can say which tasks to run`, TASK_NAME_HINT)
  }
  if (flags.path !== undefined) return { ...config, ...selectPath(flags.path, flags, kindOf) }
  if (flags.dataset !== undefined) return { ...config, ...selectDataset(flags.dataset, flags) }
  if (flags.task !== undefined) return { ...config, ...selectTasks(flags.task, flags, kindOf) }
  refuseFilters(flags, 'without -p or -d there is none')
  if (flags.registryPath !== undefined) throw usageError('--registry-path belongs to -d, which was not given')
  if (hasTasks(config)) return config
  throw usageError('nothing was chosen to run', NOTHING_CHOSEN_HINT)
}

const TASK_NAME_HINT = 'to choose tasks of a dataset by name, use -i NAME beside -p or -d'

const NOTHING_CHOSEN_HINT =
  'name a task or a folder of tasks with -p PATH, a dataset with -d NAME --registry-path PATH, a task with -t, or a ' +
  'configuration with -c FILE; "tbcc tasks" lists what there is'

function selectPath(path: string, flags: RunFlags, kindOf: (path: string) => PathKind): PlainConfig {
  const kind = kindOf(path)
  if (kind === 'file')
    throw usageError(`-p ${path}: this is no folder`, 'for a dataset of a registry use -d NAME --registry-path PATH')
  if (kind === 'missing') throw usageError(`-p ${path}: there is no such folder`)
  if (flags.registryPath !== undefined) throw usageError('--registry-path belongs to -d or -t, not to -p')
  if (kind === 'dataset') return { tasks: [], datasets: [{ path, ...filtersOf(flags) }] }
  refuseFilters(flags, `${path} is one task`)
  return { tasks: [{ path }], datasets: [] }
}

function selectDataset(dataset: string, flags: RunFlags): PlainConfig {
  const { name, version } = parseDataset(dataset)
  if (flags.registryPath === undefined) {
    throw usageError(
      `dataset ${dataset}: tbcc has no registry of its own to look it up in`,
      'give a local one with --registry-path, or the folder of its tasks with -p',
    )
  }
  // With an organisation it is a package, whose versions Harbor calls refs.
  const which = name.includes('/') ? { ref: version ?? 'latest' } : version === null ? {} : { version }
  return { tasks: [], datasets: [{ name, ...which, registry_path: flags.registryPath, ...filtersOf(flags) }] }
}

/** `name[@version]`. */
export function parseDataset(text: string): { readonly name: string; readonly version: string | null } {
  const at = text.indexOf('@')
  return at < 0 ? { name: text, version: null } : { name: text.slice(0, at), version: text.slice(at + 1) }
}

function selectTasks(names: readonly string[], flags: RunFlags, kindOf: (path: string) => PathKind): PlainConfig {
  refuseFilters(flags, '-t names its tasks itself')
  if (flags.registryPath !== undefined) throw usageError('--registry-path belongs to -d, not to -t', TASK_NAME_HINT)
  return { tasks: names.map((name) => selectTask(name, kindOf(name))), datasets: [] }
}

function selectTask(name: string, kind: PathKind): PlainConfig {
  if (kind === 'task') return { path: name }
  if (kind === 'dataset') throw usageError(`-t ${name}: this folder is no task`, 'for a folder of tasks use -p')
  const reference = /^([^/@\s]+\/[^/@\s]+)(?:@([^@\s]+))?$/.exec(name)
  if (reference === null)
    throw usageError(`-t ${name}: there is no such folder, and it is no org/name[@ref]`, TASK_NAME_HINT)
  return { name: reference[1], ref: reference[2] ?? 'latest' }
}

function filtersOf(flags: RunFlags): PlainConfig {
  return {
    ...(flags.includeTaskName === undefined ? {} : { task_names: flags.includeTaskName }),
    ...(flags.excludeTaskName === undefined ? {} : { exclude_task_names: flags.excludeTaskName }),
    ...(flags.nTasks === undefined ? {} : { n_tasks: flags.nTasks }),
  }
}

function refuseFilters(flags: RunFlags, why: string): void {
  const filters = [
    flags.includeTaskName !== undefined && '-i',
    flags.excludeTaskName !== undefined && '-x',
    flags.nTasks !== undefined && '-l',
  ].filter((flag) => flag !== false)
  if (filters.length > 0)
    throw usageError(`${filters.join(', ')}: only for choosing among the tasks of a dataset; ${why}`)
}

function hasTasks(config: PlainConfig): boolean {
  return [config['tasks'], config['datasets']].some((list) => Array.isArray(list) && list.length > 0)
}

import type { Task, TaskEntry } from '../../core/task/task.ts'
import type { CommonFlags } from '../common-flags.ts'
import { usageError } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, styleFor, withEngine } from '../host.ts'
import { jobsDirOf } from '../jobs-place.ts'
import { describeIssue } from '../run/invalid-tasks.ts'
import { parseDataset } from '../run/selection.ts'
import { displayPath } from '../report.ts'
import { formatDuration, formatMegabytes, plural, UNKNOWN } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'
import { type RecordColumn, renderRecords, type TableOptions } from '../text/table.ts'

/** `tbcc tasks`: valid tasks as a table, then each invalid one with everything that is wrong with it. */
export async function listTasks(
  flags: CommonFlags & { readonly path?: string; readonly dataset?: string; readonly recursive?: boolean },
  host: Host,
): Promise<number> {
  const { path: place, dataset, recursive = false } = flags
  if (dataset !== undefined && place === undefined)
    throw usageError('-d names a dataset of a registry, but no registry', 'give its registry.json with -p')
  const options = { recursive, ...(dataset === undefined ? {} : { dataset: parseDataset(dataset) }) }
  const listing = await withEngine(host, { jobsDir: jobsDirOf({}, host) }, async (engine) =>
    engine.listTasks(place ?? null, options),
  )
  const { path, entries } = listing
  if (flags.json === true) {
    host.stdout.write(`${JSON.stringify({ path, tasks: entries.map(toJson) }, null, 2)}\n`)
  } else {
    const look = { maxWidth: host.stdout.columns(), style: styleFor(host.stdout, host.env) }
    printLines(host.stdout, renderTasks(entries, displayPath(path, host.cwd), look))
  }
  return entries.length === 0 ? EXIT.usage : EXIT.ok
}

function renderTasks(entries: readonly TaskEntry[], path: string, options: TableOptions): string[] {
  if (entries.length === 0) return [`No tasks in ${path}: a task is a folder with a task.toml in it`]
  const tasks = entries.flatMap((entry) => (entry.valid ? [entry.task] : []))
  const invalid = entries.filter((entry) => !entry.valid)
  const counts = [plural(tasks.length, 'task'), ...(invalid.length > 0 ? [`${invalid.length} invalid`] : [])].join(', ')
  return [
    ...(tasks.length === 0 ? [] : [...renderRecords(columnsFor(tasks), tasks, options), '']),
    ...invalid.flatMap(({ name, issues }) => [
      `${options.style('yellow', 'invalid:')} ${plainLine(name)}`,
      ...issues.map((issue) => `  ${describeIssue(issue)}`),
    ]),
    ...(invalid.length === 0 ? [] : ['']),
    `${counts} in ${path}`,
  ]
}

function columnsFor(tasks: readonly Task[]): readonly RecordColumn<Task>[] {
  return tasks.some(({ unsupported }) => unsupported.length > 0) ? [...COLUMNS, UNSUPPORTED] : COLUMNS
}

const COLUMNS: readonly RecordColumn<Task>[] = [
  { title: 'task', flexible: true, cell: ({ name }) => plainLine(name) },
  { title: 'difficulty', cell: (task) => metadataText(task, 'difficulty') },
  { title: 'category', flexible: true, cell: (task) => metadataText(task, 'category') },
  { title: 'agent limit', align: 'right', cell: agentLimit },
  { title: 'cpus', align: 'right', cell: ({ config }) => String(config.environment.cpus ?? UNKNOWN) },
  { title: 'memory', align: 'right', cell: ({ config }) => formatMegabytes(config.environment.memory_mb) },
  { title: 'image', flexible: true, cell: imageOf },
]

const UNSUPPORTED: RecordColumn<Task> = {
  title: 'not supported yet',
  flexible: true,
  cell: ({ unsupported }) => plainLine(unsupported.join('; ')),
}

function agentLimit({ config }: Task): string {
  return config.agent.timeout_sec === null ? 'none' : formatDuration(config.agent.timeout_sec * 1000)
}

function imageOf({ config, files }: Task): string {
  return plainLine(config.environment.docker_image ?? (files.hasDockerfile ? 'Dockerfile' : UNKNOWN))
}

function metadataText({ config }: Task, key: string): string {
  const value = config.metadata[key]
  return typeof value === 'string' ? plainLine(value) : UNKNOWN
}

function toJson(entry: TaskEntry): object {
  if (!entry.valid) return { valid: false, name: entry.name, directory: entry.directory, issues: entry.issues }
  const { name, directory, config, files, hostVariables, unsupported } = entry.task
  return { valid: true, name, directory, config, files, hostVariables, unsupported }
}

import type { Task, TaskEntry } from '../../core/task/task.ts'
import type { CommonFlags } from '../common-flags.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, styleFor, withEngine } from '../host.ts'
import { jobsDirOf } from '../jobs-place.ts'
import { describeIssue } from '../run/invalid-tasks.ts'
import { displayPath, type TableOptions } from '../report.ts'
import { formatDuration, plural, UNKNOWN } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'
import { renderTable } from '../text/table.ts'

/** `tbcc tasks`: valid tasks as a table, then each invalid one with everything that is wrong with it. */
export async function listTasks(
  flags: CommonFlags & { readonly path?: string; readonly recursive?: boolean },
  host: Host,
): Promise<number> {
  const listing = await withEngine(host, { jobsDir: jobsDirOf({}, host) }, async (engine) =>
    engine.listTasks(flags.path ?? null, { recursive: flags.recursive === true }),
  )
  const { path, entries } = listing
  if (flags.json === true) {
    host.stdout.write(`${JSON.stringify({ path, tasks: entries.map(toJson) }, null, 2)}\n`)
  } else {
    const options = { maxWidth: host.stdout.columns(), style: styleFor(host.stdout, host.env) }
    printLines(host.stdout, renderTasks(entries, displayPath(path, host.cwd), options))
  }
  return entries.length === 0 ? EXIT.usage : EXIT.ok
}

export function renderTasks(entries: readonly TaskEntry[], path: string, options: TableOptions): string[] {
  if (entries.length === 0) return [`No tasks in ${path}: a task is a folder with a task.toml in it`]
  const tasks = entries.flatMap((entry) => (entry.valid ? [entry.task] : []))
  const invalid = entries.filter((entry) => !entry.valid)
  const counts = [plural(tasks.length, 'task'), ...(invalid.length > 0 ? [`${invalid.length} invalid`] : [])].join(', ')
  return [
    ...(tasks.length === 0 ? [] : [...renderTable(COLUMNS, tasks.map(toCells), options), '']),
    ...invalid.flatMap(({ name, issues }) => [
      `${options.style('yellow', 'invalid:')} ${plainLine(name)}`,
      ...issues.map((issue) => `  ${describeIssue(issue)}`),
    ]),
    ...(invalid.length === 0 ? [] : ['']),
    `${counts} in ${path}`,
  ]
}

const COLUMNS = [
  { title: 'task', flexible: true },
  { title: 'difficulty' },
  { title: 'category', flexible: true },
  { title: 'agent limit', align: 'right' as const },
  { title: 'cpus', align: 'right' as const },
  { title: 'memory', align: 'right' as const },
  { title: 'image', flexible: true },
  { title: 'not run here because', flexible: true },
]

function toCells(task: Task): string[] {
  const { agent, environment } = task.config
  return [
    plainLine(task.name),
    metadataText(task, 'difficulty'),
    metadataText(task, 'category'),
    agent.timeout_sec === null ? 'none' : formatDuration(agent.timeout_sec * 1000),
    String(environment.cpus ?? UNKNOWN),
    environment.memory_mb === null ? UNKNOWN : `${environment.memory_mb} MB`,
    plainLine(environment.docker_image ?? (task.files.hasDockerfile ? 'Dockerfile' : UNKNOWN)),
    plainLine(task.unsupported.join('; ')),
  ]
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

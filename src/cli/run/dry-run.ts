import type { PreparedJob, PreparedTrial } from '../../engine/engine.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, styleFor } from '../host.ts'
import { shortName } from '../live/label.ts'
import { displayPath } from '../report.ts'
import { formatBytes, formatDuration, plural, UNKNOWN } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'
import { type RecordColumn, renderRecords, type TableOptions } from '../text/table.ts'

/** Shows what a job would do. Exit code 2 where nothing of it could run. */
export function printDryRun(job: PreparedJob, { json }: { readonly json: boolean }, host: Host): number {
  const options = { maxWidth: host.stdout.columns(), style: styleFor(host.stdout, host.env) }
  if (json) host.stdout.write(`${JSON.stringify(toJson(job))}\n`)
  else printLines(host.stdout, renderDryRun(job, options, host.cwd))
  const missing = job.missingKeys.length > 0 || job.hostVariables.some(({ isSet, hasDefault }) => !isSet && !hasDefault)
  return missing || job.trials.every(({ refusal }) => refusal !== null) ? EXIT.usage : EXIT.ok
}

function renderDryRun(job: PreparedJob, options: TableOptions, cwd: string): string[] {
  const { backend, config, trials } = job
  const why = backend.reason === null ? '' : ` (${plainLine(backend.reason)})`
  const version = `${backend.name} ${backend.version}`.trim()
  return [
    `${plural(trials.length, 'trial')}, ${config.n_concurrent_trials} at once, on ${version}${why}; nothing was started`,
    `Folder: ${displayPath(job.directory, cwd)}`,
    '',
    ...renderRecords(trials.some(({ refusal }) => refusal !== null) ? REFUSED_COLUMNS : TRIAL_COLUMNS, trials, options),
    '',
    ...renderImages(job, options),
    ...renderVariables(job),
    renderSpace(job),
  ]
}

const TRIAL_COLUMNS: readonly RecordColumn<PreparedTrial>[] = [
  { title: 'task', flexible: true, cell: ({ taskName }) => plainLine(shortName(taskName)) },
  { title: 'agent', cell: ({ agent }) => agent },
  { title: 'model', flexible: true, cell: ({ model }) => model ?? UNKNOWN, onlyIfVaries: ({ model }) => model },
  { title: 'attempt', align: 'right', cell: ({ attempt }) => String(attempt), onlyIfVaries: ({ attempt }) => attempt },
  {
    title: 'agent limit',
    align: 'right',
    cell: ({ agentTimeoutMs: limit }) => (limit === null ? 'none' : formatDuration(limit)),
  },
]

const REFUSED_COLUMNS: readonly RecordColumn<PreparedTrial>[] = [
  ...TRIAL_COLUMNS,
  {
    title: 'refused because',
    flexible: true,
    cell: ({ refusal }) => ({ text: plainLine(refusal ?? ''), colour: 'yellow' }),
  },
]

const IMAGE_COLUMNS: readonly RecordColumn<PreparedJob['images'][number]>[] = [
  { title: 'image', flexible: true, cell: ({ name }) => plainLine(name) },
  { title: 'state', cell: ({ present, built }) => (present ? 'present' : built ? 'to build' : 'to pull') },
  { title: 'size', align: 'right', cell: ({ sizeBytes }) => formatBytes(sizeBytes) },
]

/** The sandbox has no images: what a Dockerfile starts from is only recorded. */
function renderImages({ images, backend }: PreparedJob, options: TableOptions): string[] {
  if (images.length === 0 || backend.name === 'sandbox') return []
  return [...renderRecords(IMAGE_COLUMNS, images, options), '']
}

function renderVariables({ hostVariables, missingKeys }: PreparedJob): string[] {
  const own = new Set(hostVariables.map(({ name }) => name))
  const lines = [
    ...hostVariables.map(({ name, isSet, hasDefault, tasks, servers }) => {
      const state = isSet ? 'set' : hasDefault ? 'not set, has a default' : 'MISSING'
      const readers = [
        ...(tasks.length === 0 ? [] : [plural(tasks.length, 'task')]),
        ...(servers.length === 0 ? [] : [plural(servers.length, 'tool server')]),
      ]
      return `  ${plainLine(name)}: ${state} (${readers.join(', ')})`
    }),
    ...missingKeys.filter((name) => !own.has(name)).map((name) => `  ${plainLine(name)}: MISSING`),
  ]
  return lines.length === 0 ? [] : ['Variables of this host:', ...lines, '']
}

function renderSpace({ estimate }: PreparedJob): string {
  const { diskBytes, freeBytes } = estimate
  const free = freeBytes === null ? '' : ` of ${formatBytes(freeBytes)} free`
  return `Space: about ${formatBytes(diskBytes)}${free} for what is kept of the trials`
}

function toJson(job: PreparedJob): object {
  const { config: _config, invalidTasks, ...rest } = job
  return { ...rest, invalidTasks: invalidTasks.map(({ name, directory, issues }) => ({ name, directory, issues })) }
}

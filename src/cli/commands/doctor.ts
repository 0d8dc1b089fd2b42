import type { BackendCapabilities } from '../../core/environment/backend.ts'
import type { Examination } from '../../engine/engine.ts'
import type { CommonFlags } from '../common-flags.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, styleFor, withEngine } from '../host.ts'
import { jobsDirOf } from '../jobs-place.ts'
import { displayPath } from '../report.ts'
import { formatBytes, plural } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'
import { renderTable, type TableOptions } from '../text/table.ts'

/** `tbcc doctor`. Exit code 1 where nothing could be run. */
export async function examine(path: string | null, flags: CommonFlags, host: Host): Promise<number> {
  const found = await withEngine(host, { jobsDir: jobsDirOf(flags, host) }, async (engine) => engine.examine(path))
  if (flags.json === true) {
    host.stdout.write(`${JSON.stringify(toJson(found, host), null, 2)}\n`)
  } else {
    const options = { maxWidth: host.stdout.columns(), style: styleFor(host.stdout, host.env) }
    printLines(host.stdout, renderExamination(found, host, options))
  }
  return found.chosen === null ? EXIT.failed : EXIT.ok
}

function renderExamination(found: Examination, host: Pick<Host, 'cwd' | 'version'>, options: TableOptions): string[] {
  return [
    `tbcc ${host.version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    '',
    ...found.backends.flatMap((backend) => renderBackend(backend, options)),
    found.chosen === null
      ? `${options.style('red', 'Nothing can be run here')}: no backend is available`
      : `-e auto takes ${options.style('bold', found.chosen.name)}: ${plainLine(found.chosen.reason)}`,
    '',
    renderJobsDir(found, host.cwd),
    renderToolchains(found, host.cwd),
    ...renderLeftovers(found.leftovers),
    ...renderDataset(found, host.cwd, options),
  ]
}

function renderBackend({ name, probe }: Examination['backends'][number], { style }: TableOptions): string[] {
  if (!probe.available) {
    return [`${style('yellow', '✖')} ${name}: ${plainLine(probe.reason)}`, `    ${plainLine(probe.hint)}`]
  }
  const at = `${probe.version} at ${probe.endpoint}`
  return [`${style('green', '✔')} ${name}: ${plainLine(at)}`, ...describeCapabilities(probe.capabilities)]
}

function describeCapabilities(can: BackendCapabilities): string[] {
  const features: readonly (readonly [string, boolean])[] = [
    ['cpu limit', can.cpuLimit],
    ['memory limit', can.memoryLimit],
    ['pids limit', can.pidsLimit],
    ['image builds', can.imageBuild],
    ['public network', can.publicNetwork],
    ['no-network', can.noNetwork],
  ]
  const missing = features.filter(([, has]) => !has).map(([feature]) => feature)
  const size = [
    ...(can.hostCpus === null ? [] : [plural(can.hostCpus, 'cpu')]),
    ...(can.hostMemoryMb === null ? [] : [`${can.hostMemoryMb} MB`]),
    can.platform,
  ].join(', ')
  return [
    `    ${size}`,
    `    ${missing.length === 0 ? 'enforces every limit that tasks ask for' : `not here: ${missing.join(', ')}`}`,
  ]
}

function renderJobsDir({ jobsDir }: Examination, cwd: string): string {
  const free = jobsDir.freeBytes === null ? '' : `, ${formatBytes(jobsDir.freeBytes)} free`
  return `Jobs folder: ${displayPath(jobsDir.path, cwd)}${free}${jobsDir.writable ? '' : ', NOT WRITABLE: choose another with -o'}`
}

function renderToolchains({ toolchains: { path, count, bytes } }: Examination, cwd: string): string {
  const size = count === 0 && bytes === 0 ? 'none' : `${plural(count, 'part')}, ${formatBytes(bytes)}`
  return `Prepared agents: ${displayPath(path, cwd)}, ${size}`
}

function renderLeftovers(leftovers: number): string[] {
  return leftovers === 0
    ? []
    : [
        `${plural(leftovers, 'container')} left behind: tbcc clean removes them, with --kept also those kept by --no-delete`,
      ]
}

function renderDataset({ dataset, images }: Examination, cwd: string, options: TableOptions): string[] {
  if (dataset === null) return []
  const valid = dataset.entries.filter((entry) => entry.valid).length
  const invalid = dataset.entries.length - valid
  const counts = `${plural(valid, 'task')}${invalid === 0 ? '' : `, ${invalid} invalid (tbcc tasks -p ${displayPath(dataset.path, cwd)})`}`
  const rows = images.map(({ name, present, sizeBytes }) => [
    plainLine(name),
    present ? 'present' : { text: 'missing: pulled or built by the first trial', colour: 'yellow' as const },
    formatBytes(sizeBytes),
  ])
  const columns = [{ title: 'image', flexible: true }, { title: 'state' }, { title: 'size', align: 'right' as const }]
  return [
    '',
    `${displayPath(dataset.path, cwd)}: ${counts}`,
    ...(rows.length === 0 ? [] : renderTable(columns, rows, options)),
  ]
}

function toJson({ backends, dataset, ...rest }: Examination, { version }: Pick<Host, 'version'>): object {
  return {
    version,
    backends: backends.map(({ name, probe }) => ({ name, ...probe })),
    ...rest,
    dataset:
      dataset === null
        ? null
        : {
            path: dataset.path,
            tasks: dataset.entries.filter(({ valid }) => valid).length,
            invalid: dataset.entries.filter(({ valid }) => !valid).length,
          },
  }
}

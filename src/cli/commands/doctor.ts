import type { BackendCapabilities, BackendName } from '../../core/environment/backend.ts'
import type { Examination } from '../../engine/engine.ts'
import type { CommonFlags } from '../common-flags.ts'
import { EXIT } from '../exit-codes.ts'
import { type Host, printLines, styleFor, withEngine } from '../host.ts'
import { jobsDirOf } from '../jobs-place.ts'
import { displayPath } from '../report.ts'
import { type BackendWish, chooseBackend } from '../run/backend-choice.ts'
import { formatBytes, plural } from '../text/format.ts'
import { plainLine } from '../text/plain.ts'
import { renderTable, type TableOptions } from '../text/table.ts'

/** `tbcc doctor`. Exit code 1 where nothing could be run, or not on the backend that was asked for. */
export async function examine(
  path: string | null,
  flags: CommonFlags & { readonly env?: string },
  host: Host,
): Promise<number> {
  const wanted = chooseBackend({}, flags.env)
  const jobsDir = jobsDirOf(flags, host)
  const found = await withEngine(host, { jobsDir }, async (engine) => engine.examine(path, wanted))
  if (flags.json === true) {
    host.stdout.write(`${JSON.stringify(toJson(found, host), null, 2)}\n`)
  } else {
    const options = { maxWidth: host.stdout.columns(), style: styleFor(host.stdout, host.env) }
    printLines(host.stdout, renderExamination(found, wanted, host, options))
  }
  return usable(found, wanted).length === 0 ? EXIT.failed : EXIT.ok
}

/** What runs here as asked. `auto` takes no Podman, which may be all there is: it can be asked for. */
function usable({ backends }: Examination, wanted: BackendWish): readonly BackendName[] {
  return backends.flatMap(({ name, probe }) =>
    probe.available && (wanted === 'auto' || wanted === name) ? [name] : [],
  )
}

function renderExamination(
  found: Examination,
  wanted: BackendWish,
  host: Pick<Host, 'cwd' | 'version'>,
  options: TableOptions,
): string[] {
  return [
    `tbcc ${host.version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    '',
    ...found.backends.flatMap((backend) => renderBackend(backend, options)),
    renderChoice(found, wanted, options),
    '',
    renderJobsDir(found, host.cwd),
    ...found.disks.map((disk) => renderDisk(disk)),
    renderToolchains(found, host.cwd),
    ...renderLeftovers(found.leftovers),
    ...renderDataset(found, host.cwd, options),
  ]
}

function renderChoice(found: Examination, wanted: BackendWish, { style }: TableOptions): string {
  const { chosen } = found
  if (chosen !== null && wanted !== 'auto') return `-e ${style('bold', chosen.name)} can be used`
  if (chosen !== null) return `-e auto takes ${style('bold', chosen.name)}: ${plainLine(chosen.reason)}`
  const others = usable(found, wanted)
  if (others.length > 0) return `-e auto finds neither Docker nor the sandbox: take -e ${others.join(' or ')}`
  const why = wanted === 'auto' ? 'no backend is available' : `${wanted} is not available`
  return `${style('red', 'Nothing can be run here')}: ${why}`
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

function renderDisk({ backend, path, freeBytes }: Examination['disks'][number]): string {
  const free = freeBytes === null ? '' : `, ${formatBytes(freeBytes)} free`
  return `Images and containers of ${backend}: ${plainLine(path)}${free}`
}

function renderToolchains({ toolchains: { path, count, bytes } }: Examination, cwd: string): string {
  const size = count === 0 && bytes === 0 ? 'none' : `${plural(count, 'part')}, ${formatBytes(bytes)}`
  return `Prepared agents: ${displayPath(path, cwd)}, ${size}`
}

function renderLeftovers(leftovers: number): string[] {
  return leftovers === 0
    ? []
    : [
        `${plural(leftovers, 'container')} left behind or kept: tbcc clean removes them, with --kept also those kept by --no-delete`,
      ]
}

function renderDataset({ dataset, images, imagesOn }: Examination, cwd: string, options: TableOptions): string[] {
  if (dataset === null) return []
  const valid = dataset.entries.filter((entry) => entry.valid).length
  const invalid = dataset.entries.length - valid
  const counts = `${plural(valid, 'task')}${invalid === 0 ? '' : `, ${invalid} invalid (tbcc tasks -p ${displayPath(dataset.path, cwd)})`}`
  const rows = images.map(({ name, built, present, sizeBytes }) => [
    plainLine(name),
    present
      ? 'present'
      : { text: `missing: ${built ? 'built' : 'pulled'} by the first trial`, colour: 'yellow' as const },
    formatBytes(sizeBytes),
  ])
  const columns = [
    { title: `image on ${imagesOn}`, flexible: true },
    { title: 'state' },
    { title: 'size', align: 'right' as const },
  ]
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

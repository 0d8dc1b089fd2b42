import { parse } from 'smol-toml'
import { AppError } from '../../contract/errors.ts'
import { DatasetManifest, Registry } from '../../contract/harbor/dataset-manifest.ts'
import type { MetricConfig } from '../../contract/harbor/metric-config.ts'
import { toSchemaIssues } from '../schema-issues.ts'
import { compareVersions } from './version-order.ts'

/** A dataset as a local file lists it. */
export interface DatasetListing {
  readonly name: string
  readonly tasks: readonly ListedTask[]
  /** What it wants computed over its trials, beside what a job asks for. */
  readonly metrics: readonly MetricConfig['type'][]
}

export interface ListedTask {
  readonly name: string
  /** Where the file has it, for messages: `tasks[3]`. */
  readonly key: string
  /** Relative to the file's folder; null: found by name only. */
  readonly path: string | null
  /** `sha256:…` that its content must have; null: none is stated. */
  readonly digest: string | null
  /** The repository it would have to be fetched from; null: it is on this machine. */
  readonly gitUrl: string | null
}

/** Which dataset of a file; null: whatever its name, its newest version, as `latest` is, too. */
export interface WantedDataset {
  readonly name: string | null
  readonly version: string | null
}

/**
 * The tasks of a `dataset.toml`. AppErrors: `invalid-input` says what is wrong in `file`, `not-found` that it is of another
 * dataset or version.
 */
export function parseDatasetManifest(text: string, file: string, wanted: WantedDataset): DatasetListing {
  const manifest = DatasetManifest.safeParse(readDocument(() => parse(text.replaceAll(/\r\n?/g, '\n')), file))
  if (!manifest.success) throw malformed(manifest.error, file)
  const { dataset, tasks } = manifest.data
  const isOther = (wanted.name ?? dataset.name) !== dataset.name
  if (isOther || (wantedVersion(wanted, [dataset.version]) ?? dataset.version) !== dataset.version)
    throw notThere(wanted, dataset.name, [labelOf(dataset.name, dataset.version)], file)
  return {
    name: dataset.name,
    metrics: [],
    tasks: tasks.map(({ name, digest }, index) => ({ name, digest, key: `tasks[${index}]`, path: null, gitUrl: null })),
  }
}

/**
 * The tasks of one dataset of a `registry.json`. Without a name it is the only one there; without a version `head`, or
 * the highest. AppErrors `invalid-input` and `not-found` name what there is.
 */
export function parseRegistry(text: string, file: string, wanted: WantedDataset): DatasetListing {
  const registry = Registry.safeParse(readDocument(() => JSON.parse(text), file))
  if (!registry.success) throw malformed(registry.error, file)
  const index = chooseDataset(registry.data, wanted, file)
  const dataset = registry.data[index]
  if (dataset === undefined) throw new AppError('invalid-input', `${file} lists no dataset`)
  return {
    name: dataset.name,
    metrics: dataset.metrics.map(({ type }) => type),
    tasks: dataset.tasks.map(({ name, path, git_url }, each) => ({
      name,
      path,
      digest: null,
      gitUrl: git_url,
      key: `[${index}].tasks[${each}]`,
    })),
  }
}

function chooseDataset(registry: Registry, wanted: WantedDataset, file: string): number {
  const names = [...new Set(registry.map(({ name }) => name))]
  if (wanted.name === null && names.length > 1) {
    throw new AppError('invalid-input', `${file} lists several datasets`, {
      details: { hint: `choose one with -d: ${names.join(', ')}` },
    })
  }
  const named = registry.flatMap((dataset, index) =>
    dataset.name === (wanted.name ?? names[0]) ? [{ dataset, index }] : [],
  )
  const versions = named.map(({ dataset }) => dataset.version)
  const version = wantedVersion(wanted, versions) ?? newestOf(versions)
  const found = named.find(({ dataset }) => dataset.version === version)
  if (found !== undefined) return found.index
  const name = wanted.name ?? names[0] ?? ''
  throw notThere(wanted, name, versions.length === 0 ? names : versions.map((each) => labelOf(name, each)), file)
}

function notThere(wanted: WantedDataset, only: string, there: readonly string[], file: string): AppError {
  return new AppError('not-found', `${file} has no dataset ${labelOf(wanted.name ?? only, wanted.version)}`, {
    details: { hint: `it lists ${there.join(', ') || 'none'}` },
  })
}

function labelOf(name: string, version: string | null): string {
  return version === null ? name : `${name}@${version}`
}

/** Null: the newest, which Harbor calls `latest` where it means a package. */
function wantedVersion({ version }: WantedDataset, versions: readonly (string | null)[]): string | null {
  return version === 'latest' && !versions.includes(version) ? null : version
}

function newestOf(versions: readonly string[]): string | null {
  return versions.find((version) => version === 'head') ?? versions.toSorted(compareVersions).at(-1) ?? null
}

function readDocument(read: () => unknown, file: string): unknown {
  try {
    return read()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new AppError('invalid-input', `${file} cannot be read: ${reason}`, { cause })
  }
}

function malformed(error: Parameters<typeof toSchemaIssues>[0], file: string): AppError {
  const lines = toSchemaIssues(error).map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`)
  return new AppError('invalid-input', `${file} is not valid: ${lines[0]}`, { details: { log: lines.join('\n') } })
}

import { statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { findTasks } from './find-tasks.ts'
import type { Dataset } from './listed-dataset.ts'
import { describeFsError } from './read-text.ts'
import { type LoadTaskOptions, openTaskFolder, readTaskFolder } from './task-directory.ts'

export interface DatasetRequest extends LoadTaskOptions {
  /** A folder of tasks, one task, a `registry.json` or a `dataset.toml`. */
  readonly path: string | null
  /** Which dataset of a registry; null: its only one. */
  readonly name?: string | null
  readonly version?: string | null
  /** A `registry.json` or `dataset.toml`; wins over `path`. */
  readonly registryPath?: string | null
  /** Searches folders of tasks at any depth. Default false: direct children, as in Harbor. */
  readonly recursive?: boolean
}

/**
 * The tasks of a dataset on this machine; an invalid one is listed with its issues and hides no other. AppErrors:
 * `not-found` (no such path, dataset or version), `invalid-input` (a listing that cannot be read), `unsupported` (a
 * dataset of the network).
 */
export async function loadDataset(request: DatasetRequest): Promise<Dataset> {
  const { registryPath = null, name = null } = request
  if (registryPath !== null) return loadFile(resolve(registryPath), request)
  if (request.path === null) {
    throw new AppError(
      'unsupported',
      `dataset ${name ?? ''}: datasets of a registry in the network are not supported yet`,
      {
        details: { hint: 'give a folder of tasks with -p, or a local registry.json with --registry-path' },
      },
    )
  }
  const path = resolve(request.path)
  return isFile(path) ? loadFile(path, request) : loadFolder(path, request)
}

/** Listings are rare: what reads them is loaded when there is one. */
async function loadFile(
  file: string,
  { name = null, version = null, verify = true }: DatasetRequest,
): Promise<Dataset> {
  const { loadListedDataset } = await import('./listed-dataset.ts')
  return loadListedDataset(file, { name, version, verify })
}

async function loadFolder(path: string, { recursive = false, verify = true }: DatasetRequest): Promise<Dataset> {
  const folder = openTaskFolder(path)
  if ('valid' in folder) throw new AppError('not-found', `${path} ${folder.valid ? '' : folder.issues[0]?.message}`)
  if (folder.listing.exists(folder.root, 'task.toml'))
    return { name: null, path, isListed: false, entries: [readTaskFolder(folder, { verify })], metrics: [] }
  const entries = await findTasks(folder, { recursive, verify })
  return { name: basename(folder.root), path, isListed: false, entries, metrics: [] }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch (error) {
    throw new AppError('not-found', `${path} ${describeFsError(error)}`, { cause: error })
  }
}

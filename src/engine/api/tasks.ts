import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { DatasetPlace, InvalidTask } from '../../contract/api/tasks.ts'
import { AppError } from '../../contract/errors.ts'
import type { TaskEntry } from '../../core/task/task.ts'
import type { Engine } from '../engine.ts'
import { samplesFolder } from '../list-tasks.ts'
import type { EngineParts } from '../parts.ts'
import { readFileContent } from './file-content.ts'
import type { Area, ProceduresOf, SettingsStore } from './ports.ts'
import { refuseTask, showTask, toTaskSummary } from './task-detail.ts'
import { createSlices } from '../../node/slices.ts'

export interface TasksApiDeps {
  readonly engine: Pick<Engine, 'listTasks'>
  readonly backends: EngineParts['backends']
  readonly settings: Pick<SettingsStore, 'get' | 'set'>
  readonly cwd: string
}

const DATASETS = 'paths.datasets'

/** Tasks and where they are. Only directories that were listed as tasks here are shown: no other path of the host is. */
export function createTasksApi(deps: TasksApiDeps): Area<ProceduresOf<'tasks' | 'datasets'>> {
  const { engine, settings, cwd } = deps
  const listed = new Set<string>()

  async function list(path: string | null, recursive: boolean) {
    const listing = await engine.listTasks(path ?? preferred(settings), { recursive })
    for (const entry of listing.entries) if (isTask(entry)) listed.add(resolve(directoryOf(entry)))
    return listing
  }

  function added(): readonly string[] {
    const value = settings.get(DATASETS)
    return Array.isArray(value) ? value.map((path) => resolve(cwd, path)) : []
  }

  async function places(): Promise<DatasetPlace[]> {
    const preset = await toPlace(list, preferred(settings), 'default').catch(() => null)
    const samples = samplesFolder()
    const named = [
      ...(samples === null ? [] : [{ path: samples, origin: 'samples' as const }]),
      ...added().map((path) => ({ path, origin: 'added' as const })),
    ]
    const others = await Promise.all(named.map(async ({ path, origin }) => toPlace(list, path, origin)))
    const all = preset === null ? others : [preset, ...others]
    return all
      .filter(({ path }, index) => all.findIndex((one) => one.path === path) === index)
      .map((place) => (place.path === samples ? { ...place, origin: 'samples' } : place))
  }

  /** After a restart nothing is listed yet: then what is known is listed once more. */
  async function requireListed(directory: string): Promise<string> {
    const path = resolve(cwd, directory)
    if (!listed.has(path)) await places()
    if (listed.has(path)) return path
    throw new AppError('not-found', `${directory} is no task of a known dataset`, {
      details: { hint: 'add the folder that it is in' },
    })
  }

  return {
    handlers: {
      'datasets.list': places,
      async 'datasets.add'({ path }) {
        const place = await requirePlace(list, resolve(cwd, path))
        if (!added().includes(place.path)) await settings.set(DATASETS, [...added(), place.path])
        return place
      },
      async 'datasets.remove'({ path }) {
        const gone = resolve(cwd, path)
        await settings.set(
          DATASETS,
          added().filter((one) => one !== gone),
        )
        return {}
      },
      async 'tasks.list'({ path, recursive }) {
        const listing = await list(path, recursive)
        return {
          path: listing.path,
          tasks: listing.entries.flatMap((entry) => (entry.valid ? [toTaskSummary(entry.task)] : [])),
          invalid: listing.entries.flatMap((entry) => (entry.valid ? [] : [toInvalid(entry)])),
        }
      },
      async 'tasks.refusals'({ backend, directories }) {
        const giveWay = createSlices()
        const refused: { directory: string; reason: string }[] = []
        for (const directory of directories) {
          await giveWay()
          const reason = await refuseTask(await requireListed(directory), deps.backends.get(backend))
          if (reason !== null) refused.push({ directory, reason })
        }
        return refused
      },
      async 'tasks.show'({ directory }) {
        return showTask(await requireListed(directory), deps.backends)
      },
      async 'tasks.readFile'({ directory, path, offset }) {
        return readFileContent(realpathSync.native(await requireListed(directory)), path, offset)
      },
    },
    sources: {},
  }
}

type List = (
  path: string | null,
  recursive: boolean,
) => Promise<{ readonly path: string; readonly entries: readonly TaskEntry[] }>

function preferred(settings: Pick<SettingsStore, 'get'>): string | null {
  const path = settings.get('paths.tasks')
  return typeof path === 'string' && path !== '' ? path : null
}

async function toPlace(list: List, path: string | null, origin: DatasetPlace['origin']): Promise<DatasetPlace> {
  try {
    const listing = await list(path, false)
    const { length: tasks } = listing.entries
    return { path: listing.path, label: labelOf(listing.path), origin, tasks }
  } catch (error) {
    // A folder of the user's own stays in the list while it cannot be read: a disk may come back.
    if (path === null) throw error
    return { path, label: labelOf(path), origin, tasks: null }
  }
}

async function requirePlace(list: List, path: string): Promise<DatasetPlace> {
  const listing = await list(path, false)
  const { length: tasks } = listing.entries
  if (tasks === 0) throw new AppError('invalid-input', `there are no tasks in ${listing.path}`)
  return { path: listing.path, label: labelOf(listing.path), origin: 'added', tasks }
}

/** A file that lists tasks has one name wherever it is. */
function labelOf(path: string): string {
  const name = basename(path)
  return LISTINGS.has(name) ? `${basename(dirname(path))}/${name}` : name
}

const LISTINGS = new Set(['registry.json', 'dataset.toml'])

function directoryOf(entry: TaskEntry): string {
  return entry.valid ? entry.task.directory : entry.directory
}

/** A folder that is no task at all may be listed as what it lacks; nothing of it is shown. */
function isTask(entry: TaskEntry): boolean {
  return entry.valid || existsSync(join(entry.directory, 'task.toml'))
}

function toInvalid({ name, directory, issues }: Extract<TaskEntry, { valid: false }>): InvalidTask {
  return { name, directory, issues: issues.map((issue) => ({ ...issue })) }
}

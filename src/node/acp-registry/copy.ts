import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { asRecord, listOf, textOf, type Fields } from '../../core/agent/logs/fields.ts'
import { errnoOf } from '../storage-error.ts'

/** A checkout has a folder per agent; a file one record, a list of them, or `{agents: […]}` as the registry publishes. */
export async function findInCopy(id: string, version: string | null, path: string): Promise<unknown> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => null,
  )
  if (isFolder === null) {
    throw new AppError('not-found', `there is no copy of the ACP registry at ${path}`, {
      details: { hint: 'name a checkout or a JSON file by --ak registry=PATH or TBCC_ACP_REGISTRY' },
    })
  }
  const records = isFolder ? await fromFolder(id, path) : toRecords(await readJson(path), path)
  const own = records.filter((record) => textOf(record, 'id') === id)
  const found = own.find((record) => version === null || textOf(record, 'version') === version)
  if (found !== undefined) return found
  throw notFound(id, version, path, own, records)
}

async function fromFolder(id: string, path: string): Promise<readonly Fields[]> {
  try {
    return toRecords(await readJson(join(path, id, 'agent.json')), path)
  } catch (thrown) {
    if (thrown instanceof AppError && errnoOf(thrown.cause) === 'ENOENT') return []
    throw thrown
  }
}

function toRecords(parsed: unknown, path: string): readonly Fields[] {
  const whole = asRecord(parsed)
  const items: readonly unknown[] = Array.isArray(parsed)
    ? parsed
    : whole !== null && Array.isArray(whole['agents'])
      ? listOf(whole, 'agents')
      : [parsed]
  const records = items.map(asRecord).filter((record) => record !== null)
  if (records.length > 0) return records
  throw new AppError('invalid-input', `${path} is no copy of the ACP registry: it holds no records of agents`)
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (thrown) {
    throw new AppError('invalid-input', `${path} cannot be read as JSON`, { cause: thrown })
  }
}

function notFound(
  id: string,
  version: string | null,
  path: string,
  own: readonly Fields[],
  all: readonly Fields[],
): AppError {
  const versions = own.map((record) => textOf(record, 'version') ?? '?').join(', ')
  const ids = all.map((record) => textOf(record, 'id') ?? '?').slice(0, 20)
  const there = own.length > 0 ? `it has version ${versions}` : ids.length > 0 ? `it has ${ids.join(', ')}` : undefined
  const wanted = version === null ? id : `${id}@${version}`
  return new AppError('not-found', `the copy of the ACP registry at ${path} has no agent ${wanted}`, {
    details: there === undefined ? {} : { hint: there },
  })
}

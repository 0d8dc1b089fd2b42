import { AppError } from '../../contract/errors.ts'
import { asRecord, textOf } from '../../core/agent/logs/fields.ts'

export interface RegistryHome {
  /** `<files>/<revision>/<id>/agent.json`. */
  readonly files: string
  /** `<api>/commits?path=…`: which revisions changed a file, the newest first. */
  readonly api: string
}

interface Ask {
  readonly id: string
  readonly version: string | null
  readonly home: RegistryHome
  readonly token: string | undefined
}

const LIMIT_MS = 30_000
/** A record has a few kilobytes, a page of commits some hundred. */
const MAX_BYTES = 4 * 1024 * 1024
/** Pages of a hundred changes each. */
const MAX_PAGES = 20

/** The newest record, or the one of another version, which is looked for in the file's history. */
export async function findAtHome(ask: Ask): Promise<unknown> {
  const newest = await recordAt(ask, 'main')
  if (newest === null) throw notFound(ask, 'the agents are listed in its repository')
  if (ask.version === null || versionOf(newest) === ask.version) return newest
  for await (const revision of revisions(ask)) {
    const record = await recordAt(ask, revision)
    if (record !== null && versionOf(record) === ask.version) return record
  }
  throw notFound(ask, `the newest is ${versionOf(newest) ?? 'unknown'}`)
}

async function recordAt({ id, home, token }: Ask, revision: string): Promise<unknown> {
  return fetchJson(`${home.files}/${revision}/${encodeURIComponent(id)}/agent.json`, token)
}

async function* revisions({ id, home, token }: Ask): AsyncGenerator<string> {
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const path = encodeURIComponent(`${id}/agent.json`)
    const commits = await fetchJson(`${home.api}/commits?path=${path}&per_page=100&page=${page}`, token)
    if (!Array.isArray(commits) || commits.length === 0) return
    for (const commit of commits) {
      const record = asRecord(commit)
      const sha = record === null ? null : textOf(record, 'sha')
      if (sha !== null && /^[0-9a-f]{7,64}$/.test(sha)) yield sha
    }
  }
}

function versionOf(record: unknown): string | null {
  const fields = asRecord(record)
  return fields === null ? null : textOf(fields, 'version')
}

/** Null: there is nothing at this address. */
async function fetchJson(url: string, token: string | undefined): Promise<unknown> {
  const headers = {
    accept: 'application/json',
    'user-agent': 'tbcc',
    ...(token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }),
  }
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(LIMIT_MS) })
    if (response.status === 404) {
      await response.body?.cancel()
      return null
    }
    if (!response.ok) {
      await response.body?.cancel()
      throw new Error(`it answered with ${response.status}`)
    }
    return JSON.parse(await readLimited(response))
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    throw new AppError('disconnected', `the ACP registry cannot be read from ${new URL(url).host}: ${why}`, {
      cause: thrown,
      details: { hint: 'name a copy of it: --ak registry=PATH or TBCC_ACP_REGISTRY=PATH, a checkout or a JSON file' },
    })
  }
}

async function readLimited(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  const body: AsyncIterable<Uint8Array> = response.body ?? ReadableStream.from<Uint8Array>([])
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new Error('its answer is too long')
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

function notFound({ id, version }: Ask, hint: string): AppError {
  const wanted = version === null ? id : `${id}@${version}`
  return new AppError('not-found', `the ACP registry has no agent ${wanted}`, { details: { hint } })
}

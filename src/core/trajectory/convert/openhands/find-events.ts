import type { Fields } from '../../../agent/logs/fields.ts'
import type { LogFolder } from '../converter.ts'
import { readDocument } from '../read-document.ts'

/** The events of a session, each in a file of its own, in order. */
export interface EventFiles {
  readonly sessionId: string
  readonly count: number
  /** Null for a file that cannot be read. */
  read(): AsyncIterable<Fields | null>
}

/** The session with the most events; there is one, unless something else was put beside it. */
export async function findEvents(logs: LogFolder): Promise<EventFiles | null> {
  const sessions = new Map<string, Map<number, string>>()
  for (const { path } of await logs.list('agent/sessions')) {
    const match = /^agent\/sessions\/([^/]+)\/events\/(\d{1,15})\.json$/.exec(path)
    if (match === null) continue
    const [, session = '', number = ''] = match
    sessions.set(session, (sessions.get(session) ?? new Map<number, string>()).set(Number(number), path))
  }
  const [largest] = [...sessions].toSorted(([, a], [, b]) => b.size - a.size)
  if (largest === undefined) return null
  const [sessionId, files] = largest
  const paths = [...files].toSorted(([a], [b]) => a - b).map(([, path]) => path)
  return { sessionId, count: paths.length, read: () => readAll(logs, paths) }
}

async function* readAll(logs: LogFolder, paths: readonly string[]): AsyncGenerator<Fields | null> {
  for (const path of paths) yield await readDocument(logs, path)
}

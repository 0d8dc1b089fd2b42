import type { LogFile, LogFolder } from '../converter.ts'
import type { LogFiles } from './index-lines.ts'

const PROJECTS = 'agent/sessions/projects'

/** The logs of one run, and what was printed beside them. */
export interface FoundLogs {
  readonly files: LogFiles
  /** Of the session's folder, where it has one. */
  readonly folderName: string | null
  readonly stream: LogFile | null
}

/**
 * Session files of the run's project, then those of its subagents. Where there is not exactly one project, what was
 * printed is all there is to go by. Null: nothing at all.
 */
export async function findLogs(logs: LogFolder): Promise<FoundLogs | null> {
  const sessions = (await logs.list(PROJECTS)).filter(({ path }) => path.endsWith('.jsonl'))
  const folders = new Set(sessions.map(({ path }) => folderOf(path)).filter((folder) => !isOfSubagents(folder)))
  const stream = (await logs.list('agent')).find(({ path }) => path === 'agent/claude-code.txt') ?? null
  const [folder] = folders
  if (folders.size === 1 && folder !== undefined) {
    const own = sessions.filter(({ path }) => folderOf(path) === folder)
    const subagents = sessions.filter(
      ({ path }) => path.startsWith(`${folder}/`) && folderOf(path).endsWith('/subagents'),
    )
    const paths = [...own, ...subagents.filter((file) => !own.includes(file))].map(({ path }) => path)
    return { files: { source: 'session', paths }, folderName: folder.slice(folder.lastIndexOf('/') + 1), stream }
  }
  return stream === null ? null : { files: { source: 'stream', paths: [stream.path] }, folderName: null, stream }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

function isOfSubagents(folder: string): boolean {
  return folder.split('/').includes('subagents')
}

import { parseLine, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import type { LogFolder } from '../converter.ts'

export interface Rollouts {
  /** The agent's own thread. */
  readonly main: RolloutFile
  /** Threads that it started, in path order. */
  readonly subagents: readonly RolloutFile[]
}

export interface RolloutFile {
  readonly path: string
  readonly bytes: number
  /** Payload of its `session_meta`; null: it has none. */
  readonly meta: Fields | null
}

const SESSIONS = 'agent/sessions'

/** The newest thread of the newest day, and those that it started; null where Codex left none. */
export async function findRollouts(logs: LogFolder): Promise<Rollouts | null> {
  const files = (await logs.list(SESSIONS)).filter(({ path }) => path.endsWith('.jsonl'))
  const deepest = files.reduce((depth, { path }) => Math.max(depth, depthOf(path)), 0)
  const candidates = files
    .filter(({ path }) => depthOf(path) === deepest)
    .toSorted((a, b) => (a.path < b.path ? 1 : -1))
  const subagents: RolloutFile[] = []
  for (const file of candidates) {
    const rollout = { ...file, meta: await readMeta(logs, file.path) }
    if (isSubagent(rollout.meta)) subagents.unshift(rollout)
    else return { main: rollout, subagents: ofSession(subagents, rollout) }
  }
  // Its own is lost: the newest of the others is better than nothing.
  const newest = subagents.pop()
  return newest === undefined ? null : { main: newest, subagents: [] }
}

function ofSession(subagents: readonly RolloutFile[], { meta }: RolloutFile): readonly RolloutFile[] {
  const id = meta === null ? null : textOf(meta, 'id')
  return subagents.filter((file) => {
    const session = file.meta === null ? null : (textOf(file.meta, 'session_id') ?? parentOf(file.meta))
    return id !== null && session === id
  })
}

/** Lines that may come before it, at most. */
const META_WITHIN = 100

async function readMeta(logs: LogFolder, path: string): Promise<Fields | null> {
  let seen = 0
  for await (const { text } of logs.lines(path)) {
    const line = parseLine(text)
    if (line !== null && line['type'] === 'session_meta') return recordOf(line, 'payload')
    if ((seen += 1) >= META_WITHIN) break
  }
  return null
}

/** Newer versions say whose thread it is in two ways, older ones in one. */
function isSubagent(meta: Fields | null): boolean {
  if (meta === null) return false
  return textOf(meta, 'thread_source') === 'subagent' || recordOf(meta, 'source')?.['subagent'] !== undefined
}

function parentOf(meta: Fields): string | null {
  const spawn = recordOf(recordOf(recordOf(meta, 'source') ?? {}, 'subagent') ?? {}, 'thread_spawn')
  return textOf(meta, 'parent_thread_id') ?? (spawn === null ? null : textOf(spawn, 'parent_thread_id'))
}

function depthOf(path: string): number {
  return path.split('/').length
}

import { recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'

/** What the lines of a log say of the whole. */
export interface About {
  readonly sessionId: string | null
  readonly version: string | null
  /** Of the agent itself, else of a subagent. */
  readonly model: string | null
  readonly extra: Fields | null
}

export interface AboutReader {
  /** Lines come file by file; `time` says which was first. */
  see(line: Fields, time: number): void
  about(): About
}

export function createAboutReader(): AboutReader {
  const sessionId = createFirst()
  const version = createFirst()
  const model = createFirst()
  const anyModel = createFirst()
  const sets = { cwds: new Set<string>(), git_branches: new Set<string>(), agent_ids: new Set<string>() }
  return {
    see: (line, time) => {
      sessionId.offer(textOf(line, 'sessionId'), time)
      version.offer(textOf(line, 'version') || null, time)
      const name = textOf(recordOf(line, 'message') ?? {}, 'model') || null
      anyModel.offer(name, time)
      if (line['isSidechain'] !== true) model.offer(name, time)
      keep(sets.cwds, textOf(line, 'cwd'))
      keep(sets.git_branches, textOf(line, 'gitBranch'))
      keep(sets.agent_ids, textOf(line, 'agentId'))
    },
    about: () => ({
      sessionId: sessionId.value(),
      version: version.value(),
      model: model.value() ?? anyModel.value(),
      extra: toExtra(sets),
    }),
  }
}

/** More than any run has, and few enough for a log that makes them up. */
const MAX_NAMES = 10_000

function keep(set: Set<string>, name: string | null): void {
  if (name !== null && name !== '' && set.size < MAX_NAMES) set.add(name)
}

function toExtra(sets: Readonly<Record<string, ReadonlySet<string>>>): Fields | null {
  const entries = Object.entries(sets).filter(([, set]) => set.size > 0)
  return entries.length === 0 ? null : Object.fromEntries(entries.map(([key, set]) => [key, [...set].toSorted()]))
}

interface First {
  offer(value: string | null, time: number): void
  value(): string | null
}

/** The value of the earliest line that has one; of lines at one time, that which came first. */
function createFirst(): First {
  let best: { value: string; time: number } | null = null
  return {
    offer: (value, time) => {
      if (value !== null && (best === null || time < best.time)) best = { value, time }
    },
    value: () => best?.value ?? null,
  }
}

import type { TrialEventBody } from '../../../contract/events.ts'
import type { Finding } from '../../../contract/trial.ts'
import { plainLine } from '../../text/plain.ts'
import type { Deed } from './deed.ts'
import { isWithin } from './paths.ts'
import { BENCHMARK_FILE, HIDDEN_FOLDERS, judgeDeed, type FindingKind, type Sign, type WatchedTask } from './rules.ts'
import { deedsOfCall } from './tool-deeds.ts'

/**
 * Looks at the tool calls of an agent for attempts to cheat: to read the benchmark's tests or solution, to write its own
 * reward, to find the task's answer elsewhere. All three would come to nothing (the tests are not there while an agent
 * runs, rewards of before are removed); that it was tried is worth knowing. Findings change no verdict.
 *
 * It errs on the side of silence. No finding makes: text that is only said (`echo`, commit messages, patterns of `grep`,
 * files with prose), the task's own `./tests`, folders that the agent itself made under one of those names, relative
 * paths whose folder is not known, a program that was written and not run (but for one that would write a reward).
 */
export interface ConductWatch {
  /** Findings that are new with this event: each once by its kind and evidence. */
  observe(event: TrialEventBody): readonly Finding[]
  /**
   * The same for what no event of a tool call shows, or what logs show afterwards: told in other words, it is no news where
   * the same was reached for before.
   */
  look(name: string, args: Readonly<Record<string, unknown>>): readonly Finding[]
}

export function createConductWatch(task: WatchedTask): ConductWatch {
  const told = new Set<string>()
  const counts = new Map<FindingKind, number>()
  const ownFolders = new Set<string>()
  const called = new Set<string>()
  const looked = new Set<string>()
  const judge = (
    name: string,
    args: Readonly<Record<string, unknown>>,
    isKnown: (subject: string) => boolean,
    seen: Set<string>,
  ): readonly Finding[] =>
    deedsOfCall(name, args).flatMap((deed): Finding[] => {
      const sign = judgeDeed(deed, task)
      if (deed.kind === 'write') noteFolder(deed.subject, ownFolders)
      if (sign === null || isOwn(sign, ownFolders)) return []
      const evidence = `${plainLine(name).slice(0, MAX_NAME)}: ${excerpt(deed, sign)}`
      const count = counts.get(sign.kind) ?? 0
      const subject = `${sign.kind} ${sign.subject}`
      if (count >= MAX_PER_KIND || told.has(`${sign.kind} ${evidence}`) || isKnown(subject)) return []
      told.add(`${sign.kind} ${evidence}`)
      seen.add(subject)
      counts.set(sign.kind, count + 1)
      return [{ kind: sign.kind, message: MESSAGES[sign.kind], evidence: [evidence] }]
    })
  return {
    observe: (event) =>
      event.type === 'tool.called' ? judge(event.name, event.arguments, (subject) => looked.has(subject), called) : [],
    look: (name, args) => judge(name, args, (subject) => looked.has(subject) || called.has(subject), looked),
  }
}

const MESSAGES: Readonly<Record<FindingKind, string>> = {
  'tests-sought': "the agent reached for the benchmark's tests or solution",
  'reward-sought': "the agent tried to write the verifier's reward",
  'task-looked-up': 'the agent looked for the task or its benchmark elsewhere',
}

/** Enough to see it; a loop must not fill the record. */
const MAX_PER_KIND = 20
const MAX_CHARS = 300
const MAX_NAME = 60

/** What an agent made under a hidden folder's name is its own; the benchmark's own files are not. */
function isOwn({ kind, subject }: Sign, ownFolders: ReadonlySet<string>): boolean {
  if (kind !== 'tests-sought' || BENCHMARK_FILE.test(subject)) return false
  return [...ownFolders].some((folder) => isWithin(subject, folder))
}

function noteFolder(path: string, ownFolders: Set<string>): void {
  for (const folder of HIDDEN_FOLDERS) if (isWithin(path, folder)) ownFolders.add(folder)
}

/** The part of an argument around what shows it, as one line. */
function excerpt({ shown }: Deed, { subject }: Sign): string {
  const at = shown.indexOf(subject)
  const part = plainLine(shown.slice(Math.max(0, at - MAX_CHARS / 2)).slice(0, 4 * MAX_CHARS))
  return part.length > MAX_CHARS ? `${part.slice(0, MAX_CHARS - 1)}…` : part
}

import type { SubagentRef, Trajectory, TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import type { Usage } from '../../../../contract/trial.ts'
import { textOf, type Fields } from '../../../agent/logs/fields.ts'
import type { LogFile, LogFolder } from '../converter.ts'
import { readDocument } from '../read-document.ts'
import { createStepTotals } from '../step-totals.ts'
import { indexChat, type ChatIndex } from './chat-index.ts'
import { toFinalMetrics } from './metrics.ts'
import { readChat } from './read-chat.ts'

/** Their trajectories stand in that of the agent, so they are in memory together: what is beyond is left out. */
const MAX_BYTES = 24 * 1024 ** 2
const MAX_AGENTS = 1000

export interface Subagents {
  /** Those of the agent itself, theirs within them. */
  readonly trajectories: readonly Trajectory[]
  readonly refs: ReadonlyMap<string, readonly SubagentRef[]>
  /** Of each of them. */
  readonly usages: readonly Usage[]
  /** Names of files that were left out. */
  readonly leftOut: readonly string[]
}

/** What all of them are called, and the model of those that do not say theirs. */
interface Defaults {
  readonly agent: string
  readonly model: string | null
}

/** What the subagents of a session did: a chat of JSON lines each, with a document about it. */
export async function readSubagents(logs: LogFolder, chatPath: string, about: Defaults): Promise<Subagents> {
  const files = await listChats(logs, chatPath)
  const agents: Agent[] = []
  const leftOut: string[] = []
  let bytes = 0
  for (const file of files) {
    bytes += file.bytes
    if (bytes > MAX_BYTES || agents.length >= MAX_AGENTS) leftOut.push(file.path)
    else {
      const agent = await openAgent(logs, file.path)
      if (agent !== null && agents.every(({ id }) => id !== agent.id)) agents.push(agent)
    }
  }
  return { ...(await buildAll(logs, agents, about)), leftOut }
}

/** `<project>/chats/<session>.jsonl` has them in `<project>/subagents/<session>/agent-*.jsonl`. */
async function listChats(logs: LogFolder, chatPath: string): Promise<readonly LogFile[]> {
  const [, project, session] = /^(.*)\/[^/]+\/([^/]+)\.jsonl$/.exec(chatPath) ?? []
  if (project === undefined || session === undefined) return []
  const folder = `${project}/subagents/${session}`
  const files = await logs.list(folder)
  return files.filter(({ path }) => /^agent-[^/]*\.jsonl$/.test(path.slice(folder.length + 1)))
}

interface Agent {
  readonly id: string
  readonly name: string | null
  readonly parentId: string | null
  readonly callId: string | null
  readonly path: string
  readonly index: ChatIndex
}

async function openAgent(logs: LogFolder, path: string): Promise<Agent | null> {
  const index = await indexChat(logs, path)
  const about: Fields = (await readDocument(logs, path.replace(/\.jsonl$/, '.meta.json'))) ?? {}
  const id = textOf(about, 'agentId') ?? index.agentId
  if (index.steps === 0 || id === null || id === '') return null
  const name = textOf(about, 'agentType') ?? textOf(about, 'subagentName') ?? index.agentName
  return { id, name, parentId: textOf(about, 'parentAgentId'), callId: callOf(id, about), path, index }
}

/** Harbor takes it from the id, which ends with it. */
function callOf(id: string, about: Fields): string | null {
  const last = id.slice(id.lastIndexOf('-') + 1)
  return last.startsWith('call_') ? last : textOf(about, 'toolUseId')
}

async function buildAll(
  logs: LogFolder,
  agents: readonly Agent[],
  about: Defaults,
): Promise<Omit<Subagents, 'leftOut'>> {
  const usages: Usage[] = []
  const built = new Set<string>()
  async function build(agent: Agent): Promise<Trajectory> {
    built.add(agent.id)
    const own = agents.filter(({ id, parentId }) => parentId === agent.id && !built.has(id))
    const children: Trajectory[] = []
    for (const child of own) if (!built.has(child.id)) children.push(await build(child))
    const { index, path } = agent
    const chat = { logs, path, index, model: index.model ?? about.model, refs: refsOf(own) }
    const totals = createStepTotals()
    const steps: TrajectoryStep[] = []
    for await (const step of readChat(chat, totals)) steps.push(step)
    usages.push(totals.usage())
    return toTrajectory(agent, { ...about, model: chat.model }, steps, { usage: totals.usage(), children })
  }
  const ids = new Set(agents.map(({ id }) => id))
  const roots = agents.filter(({ parentId }) => parentId === null || !ids.has(parentId))
  const trajectories: Trajectory[] = []
  for (const root of roots) trajectories.push(await build(root))
  return { trajectories, refs: refsOf(roots), usages }
}

function refsOf(agents: readonly Agent[]): ReadonlyMap<string, readonly SubagentRef[]> {
  const refs = new Map<string, SubagentRef[]>()
  for (const { id, name, callId, index } of agents) {
    if (callId === null) continue
    const ref = { trajectory_id: id, session_id: index.sessionId ?? 'unknown', extra: { agent_name: name } }
    refs.set(callId, [...(refs.get(callId) ?? []), ref])
  }
  return refs
}

function toTrajectory(
  { id, name, parentId, index }: Agent,
  { agent, model }: Defaults,
  steps: TrajectoryStep[],
  { usage, children }: { readonly usage: Usage; readonly children: Trajectory[] },
): Trajectory {
  return {
    schema_version: 'ATIF-v1.7',
    session_id: index.sessionId ?? 'unknown',
    trajectory_id: id,
    agent: {
      name: agent,
      version: index.version ?? 'unknown',
      ...(model === null ? {} : { model_name: model }),
      extra: { subagent_id: id, subagent_name: name, parent_agent_id: parentId },
    },
    steps,
    final_metrics: toFinalMetrics([usage], steps.length),
    ...(children.length === 0 ? {} : { subagent_trajectories: children }),
  }
}

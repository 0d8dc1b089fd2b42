import { createQwenCoderParser } from '../../agent/logs/qwen-coder.ts'
import type { Conversion, ConvertContext, LogFolder, TrajectoryConverter } from './converter.ts'
import { convertStream } from './from-stream.ts'
import { indexChat, lastTime, type ChatIndex } from './qwen-coder/chat-index.ts'
import { sumUsage } from '../../agent/usage.ts'
import { toFinalMetrics } from './qwen-coder/metrics.ts'
import { readChat } from './qwen-coder/read-chat.ts'
import { readSubagents } from './qwen-coder/subagents.ts'
import { createStepTotals, differencesOf, readTold } from './step-totals.ts'

const LOG = 'agent/qwen-code.txt'
const SESSIONS = 'agent/qwen-sessions'

/**
 * The chat that Qwen Code recorded, with its subagents, as Harbor converts it (what differs is said in parts.ts). The file
 * is read twice, so that only where its lines belong is in memory. Without a chat it is made from the log.
 */
export const convertQwenCoder: TrajectoryConverter = async (context) => {
  const path = await findChat(context.logs)
  const index = path === null ? null : await indexChat(context.logs, path)
  if (path === null || index === null || index.steps === 0)
    return convertStream(context, { log: LOG, createParser: createQwenCoderParser })
  return toConversion(context, path, index)
}

async function toConversion(
  { logs, agent, model: named }: ConvertContext,
  path: string,
  index: ChatIndex,
): Promise<Conversion> {
  const model = index.model ?? named
  const subagents = await readSubagents(logs, path, { agent: agent.name, model: named })
  const told = await readTold(logs, LOG, createQwenCoderParser({ maxTurns: null }))
  const totals = createStepTotals()
  const usage = () => sumUsage(totals.usage(), ...subagents.usages)
  return {
    head: {
      schema_version: 'ATIF-v1.7',
      session_id: index.sessionId ?? 'unknown',
      agent: {
        name: agent.name,
        version: index.version ?? agent.version ?? 'unknown',
        ...(model === null ? {} : { model_name: model }),
      },
    },
    steps: () => readChat({ logs, path, index, model, refs: subagents.refs }, totals),
    tail: () => ({
      final_metrics: toFinalMetrics([totals.usage(), ...subagents.usages], totals.steps),
      ...(subagents.trajectories.length === 0 ? {} : { subagent_trajectories: [...subagents.trajectories] }),
    }),
    totals: () => ({
      usage: usage(),
      differences: [...differencesOf(usage(), told), ...leftOut(subagents.leftOut)],
      skipped: index.skipped,
    }),
  }
}

function leftOut(paths: readonly string[]): readonly string[] {
  return paths.length === 0 ? [] : [`${paths.length} subagents are not counted: their chats are too long`]
}

/** The one that was written to last; null: there is none. */
async function findChat(logs: LogFolder): Promise<string | null> {
  const files = await logs.list(SESSIONS)
  const chats = files.filter(({ path }) => /\/chats\/[^/]+\.jsonl$/.test(path)).map(({ path }) => path)
  if (chats.length < 2) return chats[0] ?? null
  let last: { readonly path: string; readonly time: string } | null = null
  for (const path of chats) {
    const time = await lastTime(logs, path)
    if (last === null || time >= last.time) last = { path, time }
  }
  return last?.path ?? null
}

import type { TrajectoryStep, Trajectory } from '../../../contract/harbor/trajectory.ts'
import { listOf, asRecord, numberOf, parseLine, recordOf, textOf, type Fields } from '../../agent/logs/fields.ts'
import { createStepUsage, type StepUsage } from '../../agent/logs/opencode/usage.ts'
import { mayBePieceOfEvent } from '../../agent/logs/stray.ts'
import type { Conversion, ConvertContext, TrajectoryConverter } from './converter.ts'
import { toFinalMetrics } from './opencode/final-metrics.ts'
import { toIsoTime, toStep } from './opencode/step.ts'
import { readSubagents } from './opencode/subagents.ts'
import { createTurns, type Turn } from './opencode/turns.ts'

const LOG = 'agent/opencode.txt'

/**
 * What opencode printed, as Harbor converts it: the richest of its logs that is no database. Beyond Harbor's there are the
 * errors of tools, subagents, and the turn that was cut off.
 */
export const convertOpencode: TrajectoryConverter = async (context) => {
  const start = await readStart(context)
  return start.hasTurn ? createConversion(context, start, await readSubagents(context)) : null
}

/** What is said before the first turn. */
interface Start {
  readonly sessionId: string | null
  /** Newer versions say what they were asked. */
  readonly user: Fields | null
  readonly hasTurn: boolean
}

async function readStart({ logs }: ConvertContext): Promise<Start> {
  let sessionId: string | null = null
  let user: Fields | null = null
  for await (const { text } of logs.lines(LOG)) {
    const line = parseLine(text)
    if (line === null) continue
    sessionId ??= textOf(line, 'sessionID')
    if (line['type'] === 'user') user ??= line
    if (line['type'] === 'step_start') return { sessionId, user, hasTurn: true }
  }
  return { sessionId, user, hasTurn: false }
}

function createConversion(
  context: ConvertContext,
  start: Start,
  subagents: ReadonlyMap<string, Trajectory>,
): Conversion {
  const { agent, model } = context
  const progress: Progress = { usage: createStepUsage(), steps: 0, skipped: 0 }
  return {
    head: {
      schema_version: 'ATIF-v1.7',
      session_id: start.sessionId ?? 'unknown',
      agent: {
        name: agent.name,
        version: agent.version ?? 'unknown',
        ...(model === null ? {} : { model_name: model }),
      },
    },
    steps: () => readSteps(context, start, subagents, progress),
    tail: () => ({
      final_metrics: toFinalMetrics(progress.usage.total(), progress.steps),
      ...(subagents.size === 0 ? {} : { subagent_trajectories: [...subagents.values()] }),
    }),
    totals: () => ({ usage: progress.usage.total(), differences: [], skipped: progress.skipped }),
  }
}

/** While the steps are read. */
interface Progress {
  readonly usage: StepUsage
  steps: number
  skipped: number
}

async function* readSteps(
  { logs, model, instruction }: ConvertContext,
  { user }: Start,
  subagents: ReadonlyMap<string, Trajectory>,
  progress: Progress,
): AsyncGenerator<TrajectoryStep> {
  const refOf = (id: string) => (subagents.has(id) ? { trajectory_id: id, session_id: id } : null)
  const next = (turn: Turn): TrajectoryStep => {
    if (turn.finish !== null) progress.usage.add(turn.finish)
    return toStep(turn, { stepId: (progress.steps += 1), model, refOf })
  }
  // Without an answer of the model there is nothing to tell.
  let asked = toUserStep(user, instruction)
  progress.steps = asked === null ? 0 : 1
  const turns = createTurns()
  for await (const { text } of logs.lines(LOG)) {
    const line = parseLine(text)
    if (line === null) progress.skipped += mayBePieceOfEvent(text) ? 1 : 0
    else {
      const turn = turns.part(toPart(line), numberOf(line, 'timestamp'))
      if (turn === null) continue
      if (asked !== null) yield asked
      asked = null
      yield next(turn)
    }
  }
  const rest = turns.rest()
  if (rest === null) return
  if (asked !== null) yield asked
  yield next(rest)
}

/** The part of an event, its type by the event's: only some events tell of parts. */
function toPart(line: Fields): Fields {
  const type = PART_OF_EVENT[textOf(line, 'type') ?? '']
  return type === undefined ? {} : { ...recordOf(line, 'part'), type }
}

const PART_OF_EVENT: Readonly<Record<string, string>> = {
  step_start: 'step-start',
  text: 'text',
  reasoning: 'reasoning',
  tool_use: 'tool',
  step_finish: 'step-finish',
}

function toUserStep(user: Fields | null, instruction: string): TrajectoryStep | null {
  const texts = (user === null ? [] : listOf(user, 'parts'))
    .map((part) => asRecord(part))
    .flatMap((part) => (part !== null && part['type'] === 'text' ? (textOf(part, 'text') ?? '') : []))
    .filter((text) => text !== '')
  const message = texts.length === 0 ? instruction : texts.join('\n')
  const timestamp = texts.length === 0 || user === null ? null : toIsoTime(numberOf(user, 'timestamp'))
  if (message === '') return null
  return { step_id: 1, ...(timestamp === null ? {} : { timestamp }), source: 'user', message }
}

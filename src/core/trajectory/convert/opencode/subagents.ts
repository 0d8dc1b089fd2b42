import type { Trajectory, TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import { numberOf, parseLine, recordOf, textOf, type Fields } from '../../../agent/logs/fields.ts'
import { createStepUsage } from '../../../agent/logs/opencode/usage.ts'
import type { ConvertContext } from '../converter.ts'
import { toFinalMetrics } from './final-metrics.ts'
import { toIsoTime, toStep } from './step.ts'
import { createTurns, type Turn } from './turns.ts'

const FILE = 'agent/opencode/subagents.jsonl'
/** Of their file; they are in memory while the agent's own steps are written. */
const MAX_CHARS = 24 * 1024 * 1024

/** What subagents did, by their session, from the lines that the clean-up took from opencode's database. */
export async function readSubagents({ logs, agent }: ConvertContext): Promise<ReadonlyMap<string, Trajectory>> {
  const sessions = new Map<string, Session>()
  let chars = 0
  for await (const { text } of logs.lines(FILE)) {
    chars += text.length
    if (chars > MAX_CHARS) break
    const line = parseLine(text)
    const id = line === null ? null : textOf(line, 'session')
    if (line === null || id === null) continue
    const session = sessions.get(id) ?? createSession()
    sessions.set(id, session)
    readPart(session, line)
  }
  const version = agent.version ?? 'unknown'
  const found = [...sessions].map(([id, session]) => [id, toTrajectory(id, session, version)] as const)
  return new Map(found.flatMap(([id, trajectory]) => (trajectory === null ? [] : [[id, trajectory] as const])))
}

interface Session {
  readonly steps: TrajectoryStep[]
  readonly turns: ReturnType<typeof createTurns>
  readonly usage: ReturnType<typeof createStepUsage>
  agent: string | null
  model: string | null
}

function createSession(): Session {
  return { steps: [], turns: createTurns(), usage: createStepUsage(), agent: null, model: null }
}

function readPart(session: Session, line: Fields): void {
  const part = recordOf(line, 'part') ?? {}
  const timestamp = numberOf(line, 'timestamp')
  session.agent ??= textOf(line, 'agent')
  if (line['role'] === 'user') {
    addUserStep(session, part, timestamp)
    return
  }
  const model = textOf(line, 'model')
  if (model !== null) session.model = [textOf(line, 'provider'), model].filter((word) => word !== null).join('/')
  const turn = session.turns.part(part, timestamp)
  if (turn !== null) addTurn(session, turn)
}

function addUserStep({ steps }: Session, part: Fields, timestamp: number | null): void {
  const text = part['type'] === 'text' ? textOf(part, 'text') : null
  const time = toIsoTime(timestamp)
  if (text === null || text === '') return
  steps.push({
    step_id: steps.length + 1,
    ...(time === null ? {} : { timestamp: time }),
    source: 'user',
    message: text,
  })
}

function addTurn({ steps, usage, model }: Session, turn: Turn): void {
  if (turn.finish !== null) usage.add(turn.finish)
  // Subagents start none of their own whose place would be known.
  steps.push(toStep(turn, { stepId: steps.length + 1, model, refOf: () => null }))
}

function toTrajectory(id: string, session: Session, version: string): Trajectory | null {
  const rest = session.turns.rest()
  if (rest !== null) addTurn(session, rest)
  const { steps, model, agent, usage } = session
  if (steps.length === 0) return null
  return {
    schema_version: 'ATIF-v1.7',
    session_id: id,
    trajectory_id: id,
    agent: {
      name: 'opencode',
      version,
      ...(model === null ? {} : { model_name: model }),
      ...(agent === null ? {} : { extra: { agent } }),
    },
    steps,
    final_metrics: toFinalMetrics(usage.total(), steps.length),
  }
}

import type { LogFolder, TrajectoryConverter } from './converter.ts'
import { toFinalMetrics } from './pi/metrics.ts'
import { readSteps, type StepTotals } from './pi/read-steps.ts'
import { indexSession } from './pi/session-index.ts'

const SESSIONS = 'agent/pi/sessions'

/**
 * pi's session file, as Harbor converts it: the conversation on its last branch. The file is read twice, so that only
 * where its lines belong is in memory. Pictures are named, not taken out.
 */
export const convertPi: TrajectoryConverter = async ({ logs, agent, model }) => {
  const path = await findSession(logs)
  if (path === null) return null
  const index = await indexSession(logs, path)
  const totals: StepTotals = { steps: 0, metrics: null }
  const lastModel = index.model ?? model
  return {
    head: {
      schema_version: 'ATIF-v1.7',
      ...(index.sessionId === null ? {} : { session_id: index.sessionId }),
      agent: {
        name: agent.name,
        version: agent.version ?? 'unknown',
        ...(lastModel === null ? {} : { model_name: lastModel }),
      },
    },
    steps: () => readSteps({ logs, path, index, model }, totals),
    tail: () => ({ final_metrics: toFinalMetrics(totals.metrics, totals.steps) }),
    totals: () => ({ usage: index.usage, differences: [], skipped: index.skipped }),
  }
}

/** The newest: their names begin with the time. */
async function findSession(logs: LogFolder): Promise<string | null> {
  const files = await logs.list(SESSIONS)
  const sessions = files.filter(({ path }) => /^[^/]+\.jsonl$/.test(path.slice(SESSIONS.length + 1)))
  return sessions.at(-1)?.path ?? null
}

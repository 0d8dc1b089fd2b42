import type { Trajectory, TrajectoryStep } from '../../../../contract/harbor/trajectory.ts'
import type { Usage } from '../../../../contract/trial.ts'
import { sumUsage } from '../../../agent/usage.ts'
import type { ConvertContext } from '../converter.ts'
import type { RolloutFile } from './find-rollouts.ts'
import { readRollout } from './read-rollout.ts'
import type { SubagentOf } from './steps.ts'
import { surveyRollout } from './survey.ts'

export interface Subagents {
  readonly trajectories: readonly Trajectory[]
  /** Which of them a call started. */
  readonly of: SubagentOf
  /** Of those that are embedded. */
  readonly usage: Usage
  readonly skipped: number
  /** What is left out, in words. */
  readonly note: string | null
}

/** Bytes of rollouts that are embedded, together: they are held in memory until the document's end. */
const MAX_EMBEDDED = 16 * 1024 * 1024

/** Threads that the agent started, each as a document in its own; those that are too much are named. */
export async function embedSubagents(files: readonly RolloutFile[], context: ConvertContext): Promise<Subagents> {
  const trajectories = new Map<string, Trajectory>()
  const usages: Usage[] = []
  let room = MAX_EMBEDDED
  let skipped = 0
  let left = 0
  for (const file of files) {
    room -= file.bytes
    const embedded = room < 0 ? null : await embed(file, context)
    if (embedded === null) left += 1
    else {
      trajectories.set(embedded.id, embedded.trajectory)
      usages.push(embedded.usage)
      skipped += embedded.skipped
    }
  }
  return {
    trajectories: [...trajectories.values()],
    of: ({ name, output }) => {
      const id = name === 'spawn_agent' ? AGENT_ID.exec(output ?? '')?.[1] : undefined
      return id !== undefined && trajectories.has(id) ? id : null
    },
    usage: sumUsage(...usages),
    skipped,
    note: left === 0 ? null : `${left} rollouts of subagents are not embedded: they are empty or too large`,
  }
}

const AGENT_ID = /"agent_id"\s*:\s*"([^"]{1,100})"/

async function embed(
  file: RolloutFile,
  context: ConvertContext,
): Promise<{
  readonly id: string
  readonly trajectory: Trajectory
  readonly usage: Usage
  readonly skipped: number
} | null> {
  const survey = await surveyRollout(context.logs, file.path)
  // The model that the user named is the agent's; a subagent may have another.
  const model = survey.model ?? context.model
  const read = readRollout({ file, survey, context: { ...context, model }, subagentOf: () => null })
  const steps: TrajectoryStep[] = []
  for await (const step of read.steps()) steps.push(step)
  if (steps.length === 0) return null
  const final = read.finalMetrics()
  const id = read.sessionId
  const trajectory = { ...read.head, trajectory_id: id, steps, ...(final === null ? {} : { final_metrics: final }) }
  return { id, trajectory, usage: read.usage(), skipped: read.skipped() }
}

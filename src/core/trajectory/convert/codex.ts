import { findRollouts } from './codex/find-rollouts.ts'
import { convertRollout } from './codex/rollout.ts'
import { convertStream } from './codex/stream.ts'
import type { TrajectoryConverter } from './converter.ts'

/**
 * ATIF-v1.7 from the newest rollout that Codex left below agent/sessions, as Harbor makes it; where there is none, from
 * what it printed. Codex says no cost, and there is none here. Where this differs from Harbor on purpose:
 * the rollouts of subagents are embedded and never taken for the agent's own, calls that nothing came back for are kept,
 * thoughts are joined where several come before one answer, and images of tools are left out of the text.
 */
export const convertCodex: TrajectoryConverter = async (context) => {
  const rollouts = await findRollouts(context.logs)
  const converted = rollouts === null ? null : await convertRollout(rollouts, context)
  return converted ?? (await convertStream(context))
}

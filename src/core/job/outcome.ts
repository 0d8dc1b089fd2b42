import type { Blame, Outcome, Phase } from '../../contract/outcome.ts'

/** The facts of a trial's end from which its outcome follows. */
export interface TrialEnd {
  /** Harbor's exception type, the first that happened; null without one. */
  readonly exceptionType: string | null
  /** The phase it happened in; null where only Harbor's files are known. */
  readonly exceptionPhase: Phase | null
  readonly rewards: Readonly<Record<string, number>> | null
  /** A reward or test was planted, or a test of the image was changed. */
  readonly tampered: boolean
  /** Harbor's name for how the model's service failed while the agent's time ran out; null: it did not. */
  readonly stuckIn: string | null
  /** Type of the exception that ended the trial after the first one, which it had outlived; null: none did. */
  readonly cutShortBy: string | null
  /** The verifier could not fetch its own tools. */
  readonly verifierToolsUnreachable: boolean
}

export interface Judgement {
  /** Null: ended as asked without a verdict. */
  readonly outcome: Outcome | null
  readonly blame: Blame | null
}

/**
 * Outcome and blame of a trial, the one place that decides them. Order matters: what the verifier measured stands
 * unless the trial was cancelled, and infrastructure trouble is never charged to the agent.
 */
export function deriveOutcome(end: TrialEnd): Judgement {
  const type = end.exceptionType
  if (type === 'CancelledError') return { outcome: 'aborted', blame: 'user' }
  if (end.cutShortBy === 'CancelledError' && end.rewards === null) return { outcome: 'aborted', blame: 'user' }
  if (isResolved(end.rewards)) return { outcome: 'success', blame: null }
  if (type === 'AgentTimeoutError') {
    const blame = end.stuckIn === null ? null : blameOfException(end.stuckIn, end)
    // What the agent had done by then was never looked at.
    const unseen = end.verifierToolsUnreachable || isLost(end)
    return { outcome: 'timeout', blame: blame ?? (unseen ? 'infrastructure' : 'agent') }
  }
  if (end.verifierToolsUnreachable) return { outcome: 'error', blame: 'infrastructure' }
  if (type !== null) {
    const blame = blameOfException(type, end)
    if (blame !== null) return { outcome: 'error', blame }
  }
  if (end.rewards !== null) return { outcome: 'failure', blame: 'agent' }
  if (type === null) return { outcome: null, blame: null }
  return { outcome: 'error', blame: isLost(end) ? 'infrastructure' : 'agent' }
}

/** The environment went away before there was a verdict. */
function isLost(end: TrialEnd): boolean {
  return end.rewards === null && end.cutShortBy !== null && blameOfException(end.cutShortBy, end) === 'infrastructure'
}

/** The benchmark's rule: key `reward` at least 1; without that key every reward, and there must be one. */
export function isResolved(rewards: Readonly<Record<string, number>> | null): boolean {
  const deciding = decidingReward(rewards)
  return deciding !== null && deciding >= 1
}

/** The number a verdict hangs on: key `reward`, else the lowest of all; null without any. */
export function decidingReward(rewards: Readonly<Record<string, number>> | null): number | null {
  if (rewards === null) return null
  if (rewards['reward'] !== undefined) return rewards['reward']
  const values = Object.values(rewards)
  return values.length === 0 ? null : Math.min(...values)
}

/** Null: an exception that leaves the verdict to the rewards (the agent's own bad end). */
function blameOfException(type: string, end: TrialEnd): Blame | null {
  if (USER_EXCEPTIONS.has(type)) return 'user'
  // The agent has not begun: what its installation ran into is not its own doing.
  if (end.exceptionPhase === 'agent-setup') return 'infrastructure'
  if (VERIFIER_EXCEPTIONS.has(type)) return end.tampered ? 'agent' : 'task'
  if (AGENT_EXCEPTIONS.has(type)) return null
  if (type === 'FileNotFoundError' && end.exceptionPhase === 'agent-execution') return 'task'
  // Api*, network, environment start, agent setup, a vanished container, and all that is not known to be the agent's.
  return 'infrastructure'
}

const USER_EXCEPTIONS: ReadonlySet<string> = new Set([
  'AgentAuthenticationError',
  'ApiUsageLimitError',
  'ModelNotFoundError',
  'MissingKeyError',
  // A host variable that the task or the job names is not set.
  'ValueError',
])

const VERIFIER_EXCEPTIONS: ReadonlySet<string> = new Set([
  'VerifierTimeoutError',
  'RewardFileNotFoundError',
  'RewardFileEmptyError',
  'VerifierOutputParseError',
  // Harbor's name for a reward.json that is a bare number.
  'ValidationError',
])

const AGENT_EXCEPTIONS: ReadonlySet<string> = new Set([
  'NonZeroAgentExitCodeError',
  'AgentSafetyRefusalError',
  'ContextWindowExceededError',
  'OutputTokenExceededError',
])

/** A trial that counts in resolved/judged: it has a verdict, and neither infrastructure nor user is to blame. */
export function isJudged(trial: {
  readonly outcome: Outcome | null
  readonly blame: Blame | null
  readonly reward: number | null
}): boolean {
  return (
    trial.reward !== null && trial.outcome !== 'aborted' && trial.blame !== 'infrastructure' && trial.blame !== 'user'
  )
}

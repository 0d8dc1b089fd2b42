import type { Blame, Outcome } from '../../contract/outcome.ts'
import { isJudged } from '../job/outcome.ts'

export interface RatedTrial {
  readonly outcome: Outcome | null
  readonly blame: Blame | null
  readonly reward: number | null
}

/** Both rates of a set of trials, always with their denominators. */
export interface Rates {
  readonly resolved: number
  /** All trials: the benchmark's rule counts every error as not resolved. */
  readonly total: number
  /** Trials with a verdict whose end neither infrastructure nor the user is to blame for. */
  readonly judged: number
}

export function computeRates(trials: readonly RatedTrial[]): Rates {
  return {
    resolved: trials.filter((trial) => trial.outcome === 'success').length,
    total: trials.length,
    judged: trials.filter(isJudged).length,
  }
}

import type { Usage } from '../../contract/trial.ts'
import type { HarborRewards } from '../verifier/reward.ts'

/** A finished trial as the job's statistics see it. */
export interface FinishedTrial {
  readonly trialName: string
  readonly taskName: string
  readonly agent: string
  readonly model: string | null
  readonly source: string | null
  readonly rewards: HarborRewards | null
  readonly exceptionType: string | null
  readonly usage: Usage
}

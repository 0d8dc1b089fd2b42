import type { Rate } from '../../contract/api/common.ts'
import { computeRates, type RatedTrial } from './rates.ts'
import { wilsonInterval } from './wilson.ts'

/** Resolved of all, with the interval that so many trials leave open. */
export function rateOf(trials: readonly RatedTrial[]): Rate {
  const { resolved, total, judged } = computeRates(trials)
  return { resolved, total, judged, ...wilsonInterval(resolved, total) }
}

import { toNumber } from '../../contract/harbor/number.ts'
import type { FinishedTrial } from './finished-trial.ts'

/**
 * Harbor's pass@k: the chance that one of k attempts resolves a task, averaged over the tasks. Empty unless every
 * rewarded trial has exactly one reward and it is 0 or 1. k runs over 2, 4, 8, … and 5, 10, 15, … up to the fewest
 * attempts that any task has.
 */
export function passAtK(trials: readonly FinishedTrial[]): Record<string, number> {
  const verdicts = trials.map((trial) => ({ task: trial.taskName, value: singleReward(trial) }))
  if (verdicts.some(({ value }) => value === null)) return {}
  const tasks = [...Map.groupBy(verdicts, ({ task }) => task).values()].map((group) => ({
    attempts: group.length,
    passed: group.filter(({ value }) => value === 1).length,
  }))
  const fewest = Math.min(...tasks.map(({ attempts }) => attempts))
  return Object.fromEntries(candidates(fewest).map((k) => [String(k), mean(tasks.map((task) => chance(task, k)))]))
}

/** 0 or 1; 0 without a reward; null where the rewards are not of that kind. */
function singleReward({ rewards }: FinishedTrial): 0 | 1 | null {
  if (rewards === null) return 0
  const [value, ...others] = Object.values(rewards).map(toNumber)
  if (others.length > 0) return null
  return value === 0 || value === 1 ? value : null
}

function candidates(fewest: number): number[] {
  const ks = new Set<number>()
  for (let k = 2; k <= fewest; k *= 2) ks.add(k)
  for (let k = 5; k <= fewest; k += 5) ks.add(k)
  return [...ks].sort((one, other) => one - other)
}

/** 1 - C(n-c, k) / C(n, k), as a product that cannot overflow. */
function chance({ attempts: n, passed: c }: { attempts: number; passed: number }, k: number): number {
  if (n - c < k) return 1
  let missed = 1
  for (let i = 0; i < k; i += 1) missed *= (n - c - i) / (n - i)
  return 1 - missed
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

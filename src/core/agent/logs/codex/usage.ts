import { sumUsage } from '../../usage.ts'
import type { Usage } from '../../../../contract/trial.ts'
import { countOf, type Fields } from '../fields.ts'
import type { Emit } from './turns.ts'

export interface ThreadUsage {
  /** A process goes on with this thread, or begins it. */
  thread(id: string | null): void
  /** Numbers that came with a turn's end. */
  update(usage: Fields | null): void
  total(): Usage
}

/**
 * Tokens of a log. `turn.completed` carries the totals of its thread, earlier turns and earlier processes included, so
 * the last one counts; only another thread adds to it.
 */
export function createThreadUsage(emit: Emit): ThreadUsage {
  let current: string | null = null
  let before: Usage = NOTHING
  let now: Usage = NOTHING
  return {
    thread(id) {
      if (id === current) return
      before = sumUsage(before, now)
      now = NOTHING
      current = id
    },
    update(fields) {
      const usage = fields === null ? null : toUsage(fields)
      if (usage === null) return
      now = usage
      emit({ type: 'usage.updated', usage: sumUsage(before, now) })
    },
    total: () => sumUsage(before, now),
  }
}

const NOTHING: Usage = { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd: null }

/** Null where nothing was counted: Codex writes zeros for a turn in which no model answered. Input includes cached ones. */
export function toUsage(fields: Fields): Usage | null {
  const inputTokens = countOf(fields, 'input_tokens')
  const outputTokens = countOf(fields, 'output_tokens')
  if ((inputTokens ?? 0) === 0 && (outputTokens ?? 0) === 0) return null
  return { inputTokens, cachedTokens: countOf(fields, 'cached_input_tokens'), outputTokens, costUsd: null }
}

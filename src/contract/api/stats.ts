import { z } from 'zod'
import { Outcome } from '../outcome.ts'
import { Measured, Rate, TrialFilter, TrialRef } from './common.ts'
import { procedure } from './define.ts'

/*
 * Statistics over trials. Scores of different backends are never mixed in one number: where a filter leaves several,
 * the one with the most trials is counted, named in `backend`, and the others are listed.
 */

const Counted = z.object({
  /** Null: no trial. */
  backend: z.string().nullable(),
  otherBackends: z.array(z.object({ backend: z.string(), trials: z.number().int() })),
})

const RateOf = Rate.extend({ key: z.string() })

export const Overview = Counted.extend({
  /** Finished ones. */
  rate: Rate,
  /** Of the newest ones; `since`: when the first of them started. */
  lastFifty: Rate.extend({ since: z.string().nullable() }),
  outcomes: z.record(z.union([Outcome, z.literal('none')]), z.number().int()),
  infrastructureErrors: z.number().int(),
  steps: Measured,
  durationMs: Measured,
  /** `measured`: how many trials have one, `estimated`: how many of these by price lists. */
  costUsd: z.object({ total: z.number().nullable(), measured: z.number().int(), estimated: z.number().int() }),
  running: z.number().int(),
  byDifficulty: z.array(RateOf),
  byCategory: z.array(RateOf),
})
export type Overview = Readonly<z.infer<typeof Overview>>

/** Of several trials; an estimate where that of any of them is one. */
const CostSum = { costUsd: z.number().nullable(), costIsEstimate: z.boolean() }

const Who = z.object({ agent: z.string(), model: z.string().nullable() })

/** One job's result for one agent and model. */
export const TimelinePoint = Who.extend({
  jobName: z.string(),
  startedAt: z.string(),
  rate: Rate,
  ...CostSum,
})
export type TimelinePoint = Readonly<z.infer<typeof TimelinePoint>>

export const Combination = Who.extend({
  rate: Rate,
  tasks: z.number().int(),
  costUsd: Measured.extend({ total: z.number().nullable(), estimated: z.number().int() }),
  tokens: Measured,
  durationMs: Measured,
})
export type Combination = Readonly<z.infer<typeof Combination>>

/** How the attempts at one task went. */
export const TaskRecord = z.object({
  taskName: z.string(),
  rate: Rate,
  /** Newest first, at most eight. */
  last: z.array(TrialRef.extend({ outcome: Outcome.nullable() })),
})
export type TaskRecord = Readonly<z.infer<typeof TaskRecord>>

/** One side of a comparison: the trials of a job, or of an agent and model in it. */
export const CompareSide = z.object({
  jobName: z.string(),
  agent: z.string().nullable().default(null),
  /** The empty text: those without a model; null: all. */
  model: z.string().nullable().default(null),
})
export type CompareSide = Readonly<z.infer<typeof CompareSide>>

const CompareCell = z.object({
  rate: Rate,
  ...CostSum,
  tokens: z.number().nullable(),
  durationMs: z.number().nullable(),
  trials: z.array(TrialRef.extend({ outcome: Outcome.nullable() })),
})

export const Comparison = z.object({
  sides: z.array(
    CompareSide.extend({
      label: z.string(),
      backend: z.string().nullable(),
      /** Over the tasks that all sides share. */
      rate: Rate,
      ...CostSum,
      durationMs: Measured,
    }),
  ),
  sharedTasks: z.number().int(),
  /** Changes first. `change` is the last side against the first. */
  tasks: z.array(
    z.object({
      taskName: z.string(),
      change: z.enum(['improved', 'regressed', 'same']),
      cells: z.array(CompareCell),
    }),
  ),
  /** Tasks that not every side has. */
  unshared: z.array(z.string()),
  /** Set where the sides cannot be compared fairly: other backends, other task contents. */
  warnings: z.array(z.string()),
})
export type Comparison = Readonly<z.infer<typeof Comparison>>

const Filtered = z.object({ filter: TrialFilter.default({}) })

export const statsProcedures = {
  'stats.overview': procedure(Filtered, Overview),
  'stats.timeline': procedure(Filtered, Counted.extend({ points: z.array(TimelinePoint) })),
  'stats.combinations': procedure(Filtered, Counted.extend({ combinations: z.array(Combination) })),
  'stats.tasks': procedure(Filtered, Counted.extend({ tasks: z.array(TaskRecord) })),
  'stats.compare': procedure(z.object({ sides: z.array(CompareSide).min(2).max(8) }), Comparison),
} as const

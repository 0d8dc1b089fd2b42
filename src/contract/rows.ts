import { z } from 'zod'
import { Blame, Outcome } from './outcome.ts'

/** A job as lists show it. */
export const JobRow = z.object({
  jobName: z.string(),
  jobId: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  totalTrials: z.number().int().nonnegative(),
  /** `interrupted`: unfinished and no engine holds its lock. */
  state: z.enum(['running', 'completed', 'cancelled', 'interrupted']),
  agents: z.array(z.string()).readonly(),
  backend: z.string().nullable(),
  /** How long it lay still between its runs. */
  pausedMs: z.number().nonnegative(),
})
export type JobRow = Readonly<z.infer<typeof JobRow>>

/** A trial as lists show it. Null numbers are not measured. */
export const TrialRow = z.object({
  jobName: z.string(),
  trialName: z.string(),
  trialId: z.string().nullable(),
  taskName: z.string(),
  agent: z.string(),
  model: z.string().nullable(),
  attempt: z.number().int().nullable(),
  backend: z.string().nullable(),
  state: z.enum(['queued', 'running', 'finished']),
  outcome: Outcome.nullable(),
  blame: Blame.nullable(),
  reward: z.number().nullable(),
  testsPassed: z.number().int().nullable(),
  testsTotal: z.number().int().nullable(),
  exceptionType: z.string().nullable(),
  inputTokens: z.number().nullable(),
  cachedTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  costUsd: z.number().nullable(),
  /** By price lists, where the agent itself named no cost. */
  costIsEstimate: z.boolean(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  durationMs: z.number().nullable(),
  /** The dataset it comes from. */
  source: z.string().nullable(),
  difficulty: z.string().nullable(),
  category: z.string().nullable(),
  /** Turns of the agent. */
  steps: z.number().int().nullable(),
  /** Why it did not succeed, in one line: the exception, or the tests that failed. */
  reason: z.string().nullable(),
  /** Somebody typed into its environment while it was scored. */
  assisted: z.boolean(),
})
export type TrialRow = Readonly<z.infer<typeof TrialRow>>

import { z } from 'zod'
import { Timestamp } from './trial.ts'

/** One trial of a job as it was planned: names are settled before anything starts, and stay across resumes. */
export const PlannedTrial = z.object({
  trialId: z.string(),
  trialName: z.string(),
  taskName: z.string(),
  taskPath: z.string(),
  taskDigest: z.string(),
  /** The dataset it comes from. */
  source: z.string().nullable(),
  agent: z.string(),
  agentIndex: z.number().int().nonnegative(),
  model: z.string().nullable(),
  attempt: z.number().int().positive(),
})
export type PlannedTrial = z.infer<typeof PlannedTrial>

/**
 * `tbcc.json` of a job: the plan that a resume goes by. `config` is the text of Harbor's config.json and what that has no
 * place for, so that it can stand in for that file.
 */
export const JobRecord = z.object({
  schemaVersion: z.literal(1),
  jobId: z.string(),
  jobName: z.string(),
  createdAt: Timestamp,
  backend: z.enum(['docker', 'podman', 'sandbox']),
  config: z.string(),
  trials: z.array(PlannedTrial),
  /** By dataset, where its listing states some: the metrics of its trials, in place of the configuration's. */
  metrics: z.record(z.string(), z.array(z.enum(['sum', 'min', 'max', 'mean']))).optional(),
})
export type JobRecord = z.infer<typeof JobRecord>

import { z } from 'zod'
import { JobEventBody, EventHeader } from '../events.ts'
import { JobConfig } from '../harbor/job-config.ts'
import { JobRow } from '../rows.ts'
import { BackendChoice, BackendName, ImageState, Nothing, Page, Rate } from './common.ts'
import { procedure, topic } from './define.ts'
import { InvalidTask } from './tasks.ts'

/** A job with what its trials came to so far. */
export const JobSummary = JobRow.extend({
  models: z.array(z.string()),
  sources: z.array(z.string()),
  tasks: z.number().int(),
  /** By state and outcome; together they are the trials known so far. */
  counts: z.object({
    queued: z.number().int(),
    running: z.number().int(),
    success: z.number().int(),
    failure: z.number().int(),
    timeout: z.number().int(),
    error: z.number().int(),
    aborted: z.number().int(),
    /** Ended as asked without a verdict. */
    none: z.number().int(),
  }),
  /** Errors that infrastructure is to blame for. */
  infrastructureErrors: z.number().int(),
  rate: Rate,
  costUsd: z.number().nullable(),
  /** Of any of its trials: by price lists. */
  costIsEstimate: z.boolean(),
  inputTokens: z.number().nullable(),
  cachedTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  /** Until now, or to its end. */
  durationMs: z.number().nullable(),
  /** Of a running job; null: not to be told yet. */
  etaMs: z.number().nullable(),
  concurrency: z.number().int().nullable(),
  /** This engine runs it. */
  own: z.boolean(),
  /** Why it ended as a whole, told by no trial of it; known to the engine that ran it, while that lives. */
  failure: z.string().optional(),
})
export type JobSummary = Readonly<z.infer<typeof JobSummary>>

export const JobDetail = JobSummary.extend({
  /** Absolute. */
  directory: z.string(),
  /** Harbor's config.json, and lock.json, as they stand on disk. */
  config: z.string().nullable(),
  lock: z.string().nullable(),
  /** By agent and model; null where attempts are too few. */
  passAtK: z.array(z.object({ agent: z.string(), model: z.string().nullable(), k: z.number(), value: z.number() })),
  /** The same job as a command line. */
  commandLine: z.string().nullable(),
})
export type JobDetail = Readonly<z.infer<typeof JobDetail>>

/** What is to be run: Harbor's JobConfig, checked by its own schema, and where. */
export const RunRequest = z.object({ config: JobConfig, backend: BackendChoice })
export type RunRequestInput = z.input<typeof RunRequest>

/** What a start would do, before anything is spent. */
export const PreparedJob = z.object({
  jobName: z.string(),
  directory: z.string(),
  backend: z.object({ name: BackendName, version: z.string(), reason: z.string().nullable() }),
  trials: z.array(
    z.object({
      trialName: z.string(),
      taskName: z.string(),
      agent: z.string(),
      model: z.string().nullable(),
      attempt: z.number().int(),
      /** Why it will be refused at its start; null: it will run. */
      refusal: z.string().nullable(),
    }),
  ),
  invalidTasks: z.array(InvalidTask),
  hostVariables: z.array(
    z.object({
      name: z.string(),
      isSet: z.boolean(),
      hasDefault: z.boolean(),
      tasks: z.array(z.string()),
      /** Names of the job's tool servers. */
      servers: z.array(z.string()),
    }),
  ),
  missingSecrets: z.array(z.string()),
  missingKeys: z.array(z.string()),
  /** What no trial is refused for and is likely to be in vain, with the tasks that are meant. */
  warnings: z.array(z.object({ message: z.string(), tasks: z.array(z.string()) })),
  images: z.array(ImageState.extend({ built: z.boolean() })),
  estimate: z.object({
    diskBytes: z.number(),
    freeBytes: z.number().nullable(),
    /** From past trials of the same tasks by the same agents and models; null where there are none. */
    durationMs: z.number().nullable(),
    costUsd: z.number().nullable(),
    /** Trials without a past one to go by. */
    unknownTrials: z.number().int(),
  }),
  /** The same start as a command line of `tbcc`. */
  commandLine: z.string(),
})
export type PreparedJob = Readonly<z.infer<typeof PreparedJob>>

export const AgentInfo = z.object({
  name: z.string(),
  summary: z.string(),
  /** Whether it asks for a model. */
  model: z.enum(['needed', 'optional', 'none']),
  /** Its settings (`--ak KEY=VALUE`), each with one line of help. */
  kwargs: z.record(z.string(), z.string()),
})
export type AgentInfo = Readonly<z.infer<typeof AgentInfo>>

export const JobColumn = z.enum([
  'startedAt',
  'jobName',
  'state',
  'agents',
  'tasks',
  'totalTrials',
  'rate',
  'infrastructureErrors',
  'inputTokens',
  'cachedTokens',
  'outputTokens',
  'costUsd',
  'durationMs',
])
export type JobColumn = z.infer<typeof JobColumn>

export const JobSort = z.object({ column: JobColumn, descending: z.boolean() })
export type JobSort = Readonly<z.infer<typeof JobSort>>

const JobName = z.object({ jobName: z.string().min(1) })
const Started = z.object({ jobName: z.string() })

export const jobProcedures = {
  'agents.list': procedure(Nothing, z.array(AgentInfo)),
  'jobs.list': procedure(
    /** Without `sort`: the newest first. What is not measured is last, either way. */
    Page.extend({ text: z.string().optional(), sort: JobSort.optional() }),
    z.object({ total: z.number().int(), jobs: z.array(JobSummary) }),
  ),
  'jobs.show': procedure(JobName, JobDetail),
  /** The end of its job.log, as Harbor keeps one of its jobs; null: there is none. `from`: bytes before it. */
  'jobs.log': procedure(JobName, z.object({ text: z.string().nullable(), from: z.number() })),
  'jobs.prepare': procedure(RunRequest, PreparedJob),
  /** Returns once the job's folder is there. `confirmed`: the host variables that its tasks read may be passed on. */
  'jobs.start': procedure(RunRequest.extend({ confirmed: z.boolean() }), Started),
  /** Also of another engine's job, through its folder. */
  'jobs.stop': procedure(JobName.extend({ force: z.boolean().default(false) }), Nothing),
  'jobs.resume': procedure(
    JobName.extend({
      /** Replaces the default, CancelledError. */
      retryExceptions: z.array(z.string()).nullable().default(null),
      secrets: z.record(z.string(), z.string()).default({}),
    }),
    Started,
  ),
  /**
   * Runs chosen trials of a job again, as new jobs: one per agent, with the attempts that were chosen. Values that are kept
   * nowhere are asked for as by a resume: `details.places`.
   */
  'jobs.rerun': procedure(
    JobName.extend({
      trials: z.array(z.string()).min(1),
      secrets: z.record(z.string(), z.string()).default({}),
    }),
    z.object({ jobNames: z.array(z.string()) }),
  ),
  /** Removes the folders too. A running job is refused. */
  'jobs.delete': procedure(z.object({ jobNames: z.array(z.string().min(1)).min(1) }), Nothing),
} as const

const JobChange = z.discriminatedUnion('kind', [
  /** The newest jobs, all running ones among them: replaces what is known. */
  z.object({ kind: z.literal('all'), jobs: z.array(JobSummary) }),
  z.object({ kind: z.literal('changed'), job: JobSummary }),
  z.object({ kind: z.literal('removed'), jobName: z.string() }),
])
export type JobChange = z.infer<typeof JobChange>

export const jobTopics = {
  'jobs.changes': topic(Nothing, JobChange),
  'job.events': topic(
    JobName.extend({ afterSeq: z.number().int().nonnegative().default(0) }),
    EventHeader.and(JobEventBody),
    (params, last) => ({ ...params, afterSeq: last.seq }),
  ),
} as const

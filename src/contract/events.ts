import { z } from 'zod'
import { Blame, Outcome, Phase } from './outcome.ts'
import { AgentSetup, Finding, TaskLabels, TestSummary, Timestamp, Usage } from './trial.ts'

/*
 * What happened, in the past tense. One union for all streams: a job's stream (`<job>/tbcc.events.jsonl`) and a
 * trial's (`<job>/<trial>/tbcc.events.jsonl`). Bulk output is not here: it goes to `tbcc.output.log`, and
 * `output.written` names its byte range.
 */

/** The tool call that started the subagent which did this; absent: the agent itself did. */
const OfSubagent = { parentCallId: z.string().optional() }

const TrialRef = { trialId: z.string(), trialName: z.string() }

export const JobEventBody = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('job.started'),
    jobId: z.string(),
    jobName: z.string(),
    backend: z.string(),
    backendVersion: z.string(),
    /** Why this backend, where it was chosen and not asked for. */
    backendReason: z.string().nullable(),
    totalTrials: z.number().int(),
    /** Trials that had a result already. */
    finishedTrials: z.number().int(),
    concurrency: z.number().int(),
    resumed: z.boolean(),
  }),
  z.object({
    type: z.literal('trial.planned'),
    ...TrialRef,
    taskName: z.string(),
    agent: z.string(),
    model: z.string().nullable(),
    attempt: z.number().int(),
    /** Missing in events of older versions. */
    labels: TaskLabels.omit({ tags: true }).optional(),
  }),
  z.object({ type: z.literal('trial.admitted'), ...TrialRef }),
  z.object({
    type: z.literal('trial.ended'),
    ...TrialRef,
    outcome: Outcome.nullable(),
    blame: Blame.nullable(),
    reward: z.number().nullable(),
    exceptionType: z.string().nullable(),
    durationMs: z.number(),
  }),
  z.object({
    type: z.literal('trial.retry-scheduled'),
    ...TrialRef,
    retry: z.number().int(),
    delayMs: z.number(),
    exceptionType: z.string(),
  }),
  z.object({
    type: z.literal('trial.replaced'),
    ...TrialRef,
    archive: z.string(),
    reason: z.enum(['retry', 'resume', 'force']),
  }),
  /** Its folder was removed, with all that was in it. */
  z.object({ type: z.literal('trial.deleted'), ...TrialRef }),
  z.object({ type: z.literal('job.stopping'), reason: z.string(), force: z.boolean() }),
  z.object({ type: z.literal('job.finished'), state: z.enum(['completed', 'cancelled']) }),
  z.object({ type: z.literal('warning.raised'), message: z.string(), hint: z.string().nullable() }),
])
export type JobEventBody = z.infer<typeof JobEventBody>

export const TrialEventBody = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('trial.started'),
    ...TrialRef,
    jobId: z.string(),
    taskName: z.string(),
    taskDigest: z.string(),
    agent: z.string(),
    model: z.string().nullable(),
    attempt: z.number().int(),
    backend: z.string(),
  }),
  z.object({ type: z.literal('phase.started'), phase: Phase }),
  z.object({ type: z.literal('phase.finished'), phase: Phase, durationMs: z.number() }),
  z.object({
    type: z.literal('image.progressed'),
    stage: z.enum(['pull', 'build']),
    text: z.string(),
    current: z.number().nullable(),
    total: z.number().nullable(),
  }),
  z.object({
    type: z.literal('image.ready'),
    image: z.string(),
    imageId: z.string(),
    source: z.enum(['present', 'pulled', 'built', 'host']),
    sizeBytes: z.number().nullable(),
  }),
  z.object({ type: z.literal('container.starting'), image: z.string(), name: z.string() }),
  z.object({
    type: z.literal('container.started'),
    containerId: z.string(),
    image: z.string(),
    workdir: z.string(),
    cpus: z.number().nullable(),
    memoryMb: z.number().nullable(),
    notEnforced: z.array(z.string()),
  }),
  z.object({
    type: z.literal('container.stopped'),
    containerId: z.string(),
    /** Of the main process, where it ended by itself or was killed from outside; null: removed by us. */
    exitCode: z.number().nullable(),
    oomKilled: z.boolean(),
    kept: z.boolean(),
  }),
  /** Somebody was given a terminal to type into: from here on the result is not the agent's alone. */
  z.object({ type: z.literal('environment.assisted') }),
  z.object({
    type: z.literal('command.started'),
    commandId: z.string(),
    purpose: z.string(),
    command: z.string(),
    user: z.string().nullable(),
  }),
  z.object({
    type: z.literal('command.finished'),
    commandId: z.string(),
    exitCode: z.number().nullable(),
    timedOut: z.boolean(),
    cancelled: z.boolean(),
    truncated: z.boolean(),
    durationMs: z.number(),
  }),
  /** Bytes [from, to) of `tbcc.output.log`. */
  z.object({ type: z.literal('output.written'), phase: Phase, from: z.number().int(), to: z.number().int() }),
  z.object({ type: z.literal('turn.started'), turn: z.number().int(), maxTurns: z.number().int().nullable() }),
  z.object({
    type: z.literal('message.received'),
    turn: z.number().int(),
    source: z.enum(['agent', 'user', 'system']),
    text: z.string(),
    reasoning: z.string().nullable(),
    ...OfSubagent,
  }),
  z.object({
    type: z.literal('tool.called'),
    turn: z.number().int(),
    callId: z.string(),
    name: z.string(),
    arguments: z.record(z.string(), z.unknown()),
    ...OfSubagent,
  }),
  z.object({
    type: z.literal('tool.returned'),
    callId: z.string(),
    content: z.string(),
    isError: z.boolean(),
    /** True where `content` is cut; the whole stands in the agent's log. */
    truncated: z.boolean(),
    durationMs: z.number().nullable(),
  }),
  z.object({ type: z.literal('turn.finished'), turn: z.number().int() }),
  /** The agent is in the container: how it came there, and which version it is. */
  z.object({ type: z.literal('agent.installed'), setup: AgentSetup }),
  /** The agent asked for leave, and the job's policy answered. */
  z.object({
    type: z.literal('permission.answered'),
    callId: z.string().nullable(),
    question: z.string(),
    answer: z.enum(['allowed', 'denied']),
  }),
  /** Totals of the trial so far. */
  z.object({ type: z.literal('usage.updated'), usage: Usage }),
  z.object({
    type: z.literal('artifact.collected'),
    source: z.string(),
    destination: z.string(),
    status: z.enum(['ok', 'failed', 'empty', 'skipped']),
  }),
  z.object({
    type: z.literal('verdict.reached'),
    rewards: z.record(z.string(), z.number()),
    reward: z.number().nullable(),
    tests: TestSummary.omit({ items: true }).nullable(),
  }),
  z.object({ type: z.literal('finding.made'), finding: Finding }),
  z.object({ type: z.literal('warning.raised'), message: z.string(), hint: z.string().nullable() }),
  z.object({ type: z.literal('error.raised'), exceptionType: z.string(), message: z.string(), phase: Phase }),
  z.object({
    type: z.literal('trial.finished'),
    outcome: Outcome.nullable(),
    blame: Blame.nullable(),
    evidence: z.array(z.string()),
    reward: z.number().nullable(),
    durationMs: z.number(),
  }),
])
export type TrialEventBody = z.infer<typeof TrialEventBody>

/** What every stored event carries beside its body: `v` the version of this union, `seq` gap-free from 1 in its stream. */
export const EventHeader = z.object({ v: z.literal(1), seq: z.number().int().positive(), at: Timestamp })

export type EventBody = JobEventBody | TrialEventBody
export type StoredEvent<Body extends EventBody = EventBody> = z.infer<typeof EventHeader> & Body

/** A stored event of either kind of stream. */
export const StoredEvent = z.intersection(EventHeader, z.union([TrialEventBody, JobEventBody]))

const JOB_EVENT_TYPES: ReadonlySet<string> = new Set(JobEventBody.options.map((option) => option.shape.type.value))
const TRIAL_EVENT_TYPES: ReadonlySet<string> = new Set(TrialEventBody.options.map((option) => option.shape.type.value))

/** Whether an event belongs into a job's stream; some types belong into both. */
export function isJobEvent(event: StoredEvent): event is StoredEvent<JobEventBody> {
  return JOB_EVENT_TYPES.has(event.type)
}

export function isTrialEvent(event: StoredEvent): event is StoredEvent<TrialEventBody> {
  return TRIAL_EVENT_TYPES.has(event.type)
}

import { z } from 'zod'
import { EventHeader, StoredEvent, TrialEventBody } from '../events.ts'
import { Phase } from '../outcome.ts'
import { TrialRow } from '../rows.ts'
import { PhaseSpan, TestSummary, TrialRecord, Usage } from '../trial.ts'
import { FileContent, FileEntry, Nothing, Page, TrialFilter, TrialRef } from './common.ts'
import { procedure, topic } from './define.ts'

/** What a running trial does now. */
export const LiveTrial = z.object({
  phase: Phase,
  phaseStartedAt: z.string(),
  /** Of the phase. */
  timeoutMs: z.number().nullable(),
  turn: z.number().int().nullable(),
  maxTurns: z.number().int().nullable(),
  containerId: z.string().nullable(),
  image: z.string().nullable(),
  /** So far. */
  usage: Usage,
  /** The last line that was printed, without escapes. */
  lastLine: z.string().nullable(),
})
export type LiveTrial = Readonly<z.infer<typeof LiveTrial>>

export const ListedTrial = TrialRow.extend({ live: LiveTrial.nullable() })
export type ListedTrial = Readonly<z.infer<typeof ListedTrial>>

export const TRIAL_COLUMNS = [
  'startedAt',
  'finishedAt',
  'jobName',
  'trialName',
  'taskName',
  'agent',
  'model',
  'attempt',
  'state',
  'outcome',
  'blame',
  'reward',
  'testsPassed',
  'reason',
  'exceptionType',
  'inputTokens',
  'outputTokens',
  'costUsd',
  'durationMs',
  'steps',
  'difficulty',
  'category',
] as const
export const TrialColumn = z.enum(TRIAL_COLUMNS)
export type TrialColumn = z.infer<typeof TrialColumn>

export const TrialSort = z.object({ column: TrialColumn, descending: z.boolean() })

/** How often each value occurs among the trials of a filter, its own condition left out. */
const Facet = z.array(z.object({ value: z.string(), count: z.number().int() }))
export const FACETS = [
  'sources',
  'backends',
  'agents',
  'models',
  'tasks',
  'states',
  'outcomes',
  'blames',
  'exceptionTypes',
  'difficulties',
  'categories',
] as const
export const TrialFacets = z.record(z.enum(FACETS), Facet)
export type TrialFacets = Readonly<z.infer<typeof TrialFacets>>

export const TrialDetail = z.object({
  trial: ListedTrial,
  /** `tbcc.json`; null: unfinished, or written by another program. */
  record: TrialRecord.nullable(),
  /** Of its record, else of the verifier's ctrf.json; null: unfinished, or there is no such list. */
  tests: TestSummary.nullable(),
  /** Of its record, else as far as Harbor's result.json tells them; empty until it has finished. */
  phases: z.array(PhaseSpan),
  /** Absolute. */
  directory: z.string(),
  taskDirectory: z.string().nullable(),
  /** Its neighbours in the job, in the order of lists. */
  previous: z.string().nullable(),
  next: z.string().nullable(),
  position: z.number().int(),
  of: z.number().int(),
  /** Whole text of exception.txt. */
  exceptionText: z.string().nullable(),
  /** What to compare with: the newest other success at this task by this agent and model, else by any. */
  passing: TrialRef.nullable(),
})
export type TrialDetail = Readonly<z.infer<typeof TrialDetail>>

export const STEP_KINDS = ['message', 'thought', 'tool', 'command', 'user', 'system', 'error'] as const
export const StepKind = z.enum(STEP_KINDS)
export type StepKind = z.infer<typeof StepKind>

/** One step of a trial as a list shows it. */
export const StepOutline = z.object({
  /** From 0, in order; the step's identity. */
  index: z.number().int().nonnegative(),
  kind: StepKind,
  turn: z.number().int().nullable(),
  /** One line: what was said or done. */
  summary: z.string(),
  at: z.string().nullable(),
  durationMs: z.number().nullable(),
  tokens: z.number().nullable(),
  costUsd: z.number().nullable(),
  isError: z.boolean(),
  /** A subagent did it. */
  subagent: z.boolean(),
  /** How much of the trial's output had been printed when it ended; null: not known. */
  outputTo: z.number().nullable(),
})
export type StepOutline = Readonly<z.infer<typeof StepOutline>>

const Text = z.object({
  text: z.string(),
  /** It is longer than what is given here. */
  truncated: z.boolean(),
})

export const Step = StepOutline.extend({
  source: z.enum(['agent', 'user', 'system']),
  model: z.string().nullable(),
  message: Text,
  reasoning: Text.nullable(),
  toolCalls: z.array(
    z.object({
      callId: z.string(),
      name: z.string(),
      /** JSON, indented. */
      arguments: Text,
      observation: Text.nullable(),
      isError: z.boolean(),
      durationMs: z.number().nullable(),
    }),
  ),
  /** What came back without naming its call. */
  observations: z.array(Text),
  usage: Usage.nullable(),
})
export type Step = Readonly<z.infer<typeof Step>>

const StepFilter = z.object({
  kinds: z.array(StepKind).optional(),
  text: z.string().optional(),
  /** Only steps with an error. */
  errors: z.boolean().optional(),
})

/**
 * The trial's output on its time line, thinned out to at most some thousand points. It begins with the waiting for its
 * turn, the phase `queued`.
 */
export const Recording = z.object({
  bytes: z.number(),
  durationMs: z.number(),
  startedAt: z.string().nullable(),
  /** The output was removed, so many days after the trial's end: points and bytes are what there was. */
  pruned: z.object({ at: z.string(), afterDays: z.number() }).nullable(),
  /** After `atMs` from the start, `to` bytes had been printed. */
  points: z.array(z.object({ atMs: z.number(), to: z.number() })),
  phases: z.array(
    z.object({ phase: Phase, atMs: z.number(), durationMs: z.number().nullable(), from: z.number(), to: z.number() }),
  ),
})
export type Recording = Readonly<z.infer<typeof Recording>>

/** Bytes [from, to) of a trial's output as text. It starts and ends between characters. */
export const OutputPiece = z.object({ from: z.number(), to: z.number(), text: z.string() })
export type OutputPiece = Readonly<z.infer<typeof OutputPiece>>

export const trialProcedures = {
  'trials.query': procedure(
    Page.extend({
      filter: TrialFilter.default({}),
      sort: TrialSort.default({ column: 'startedAt', descending: true }),
    }),
    z.object({ total: z.number().int(), trials: z.array(ListedTrial) }),
  ),
  'trials.facets': procedure(z.object({ filter: TrialFilter }), TrialFacets),
  'trials.show': procedure(TrialRef, TrialDetail),
  'trials.outline': procedure(
    TrialRef.extend({
      ...StepFilter.shape,
      offset: z.number().int().nonnegative(),
      limit: z.number().int().min(1).max(2000),
    }),
    z.object({
      /** Steps that the filter leaves. */
      total: z.number().int(),
      steps: z.array(StepOutline),
      /** Index of the first step with an error, whatever the filter. */
      firstError: z.number().int().nullable(),
      origin: z.enum(['trajectory', 'events', 'none']),
      /** Why the agent's own trajectory is there and does not tell the steps, in one line. */
      issue: z.string().nullable(),
    }),
  ),
  'trials.steps': procedure(TrialRef.extend({ indices: z.array(z.number().int()).min(1).max(200) }), z.array(Step)),
  'trials.recording': procedure(TrialRef, Recording),
  'trials.readOutput': procedure(
    TrialRef.extend({
      from: z.number().int().nonnegative(),
      limit: z
        .number()
        .int()
        .min(1)
        .max(4 * 1024 ** 2),
    }),
    OutputPiece,
  ),
  'trials.events': procedure(
    z.object({
      jobName: z.string().min(1),
      /** Null: the job's own stream. */
      trialName: z.string().nullable(),
      types: z.array(z.string()).optional(),
      afterSeq: z.number().int().nonnegative().default(0),
      limit: z.number().int().min(1).max(2000).default(500),
    }),
    z.object({ lastSeq: z.number().int(), events: z.array(StoredEvent) }),
  ),
  'trials.files': procedure(TrialRef, z.object({ files: z.array(FileEntry), truncated: z.boolean() })),
  'trials.readFile': procedure(
    TrialRef.extend({ path: z.string().min(1), offset: z.number().int().nonnegative().default(0) }),
    FileContent,
  ),
  'trials.config': procedure(
    TrialRef,
    z.object({
      /** Harbor's config.json of the trial. */
      config: z.string().nullable(),
      /** What differs from the task's own defaults. */
      differences: z.array(z.object({ key: z.string(), task: z.string().nullable(), used: z.string().nullable() })),
    }),
  ),
  'trials.delete': procedure(z.object({ trials: z.array(TrialRef).min(1) }), Nothing),
} as const

const TrialChange = z.discriminatedUnion('kind', [
  /** All running trials of the asked jobs: replaces what is known as running. */
  z.object({ kind: z.literal('running'), trials: z.array(ListedTrial) }),
  z.object({ kind: z.literal('changed'), trial: ListedTrial }),
  z.object({ kind: z.literal('removed'), jobName: z.string(), trialName: z.string() }),
])
export type TrialChange = z.infer<typeof TrialChange>

export const trialTopics = {
  /**
   * `jobName` null: of all jobs. Several changes of one trial in a short time come as one. What ended before it was followed,
   * or while nobody followed it, is no change: `trials.query` tells it.
   */
  'trials.changes': topic(z.object({ jobName: z.string().nullable() }), TrialChange),
  'trial.events': topic(
    TrialRef.extend({ afterSeq: z.number().int().nonnegative().default(0) }),
    EventHeader.and(TrialEventBody),
    (params, last) => ({ ...params, afterSeq: last.seq }),
  ),
  /**
   * Output as it is printed. A reader that is too slow misses pieces: `from` is then past the last `to`; all of it
   * stands in the log. `fromByte` null: from the last 256 KiB on.
   */
  'trial.output': topic(
    TrialRef.extend({ fromByte: z.number().int().nonnegative().nullable().default(null) }),
    OutputPiece,
    (params, last) => ({ ...params, fromByte: last.to }),
  ),
} as const

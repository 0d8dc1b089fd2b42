import { z } from 'zod'
import { Blame, Outcome, Phase } from './outcome.ts'

/** A UTC time as Harbor writes it: ISO 8601 with microseconds and `Z`. */
export const Timestamp = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/)

/** One stretch of a trial's time. Phases follow each other without gaps: together they are the whole trial. */
export const PhaseSpan = z.object({
  phase: Phase,
  startedAt: Timestamp,
  /** Milliseconds, from a monotonic clock. */
  durationMs: z.number().nonnegative(),
})
export type PhaseSpan = z.infer<typeof PhaseSpan>

/** Tokens and money; null is "not measured", never 0. */
export const Usage = z.object({
  inputTokens: z.number().int().nonnegative().nullable(),
  cachedTokens: z.number().int().nonnegative().nullable(),
  outputTokens: z.number().int().nonnegative().nullable(),
  costUsd: z.number().nonnegative().nullable(),
  /** The agent named no cost: it is that of its calls by their models' price lists. Absent: no. */
  costIsEstimate: z.boolean().optional(),
})
export type Usage = z.infer<typeof Usage>

/** One test of the verifier's ctrf.json. */
export const TestItem = z.object({
  name: z.string(),
  status: z.enum(['passed', 'failed', 'skipped', 'pending', 'other']),
  durationMs: z.number().nullable(),
  message: z.string().nullable(),
  trace: z.string().nullable(),
})
export type TestItem = z.infer<typeof TestItem>

export const TestSummary = z.object({
  passed: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  skipped: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  items: z.array(TestItem),
})
export type TestSummary = z.infer<typeof TestSummary>

/** Something that was found in the environment and should not be there, or a sign of trouble, with what shows it. */
export const Finding = z.object({
  kind: z.enum([
    'planted-reward',
    'planted-test',
    'modified-test',
    'verifier-tools-unreachable',
    'out-of-memory',
    'archive-skipped',
    // The agent tried to: read the tests or the solution, write its own reward, find the task's answer elsewhere.
    'tests-sought',
    'reward-sought',
    'task-looked-up',
    // The model's service failed, and the agent was waiting for it when it was stopped.
    'service-failing',
    // Two sources of one number disagree.
    'usage-differs',
    // More was printed than is kept of one log.
    'log-cut',
    // The agent came to a limit of turns or money that the user or its CLI had set.
    'limit-reached',
  ]),
  message: z.string(),
  /** Paths, lines of output. */
  evidence: z.array(z.string()),
})
export type Finding = z.infer<typeof Finding>

/** How an agent came into the container. */
export const AgentSetup = z.object({
  /** What its own version command said; null: nothing. */
  version: z.string().nullable(),
  /** Already there; the vendor's installer; a registry's package client inside; brought along ready-made. */
  way: z.enum(['present', 'vendor', 'registry', 'prepared']),
  durationMs: z.number().nonnegative(),
  /** Ways that were tried before and why they failed, in words. */
  failedWays: z.array(z.string()),
})
export type AgentSetup = z.infer<typeof AgentSetup>

/** Where a trial ran. */
export const TrialEnvironment = z.object({
  backend: z.enum(['docker', 'podman', 'sandbox']),
  backendVersion: z.string(),
  image: z.string(),
  imageId: z.string(),
  imageSource: z.enum(['present', 'pulled', 'built', 'host']),
  /** Full id; null when the container never started. */
  containerId: z.string().nullable(),
  workdir: z.string(),
  network: z.enum(['public', 'no-network']),
  cpus: z.number().nullable(),
  memoryMb: z.number().nullable(),
  /** What the task asked for and this backend could not enforce. */
  notEnforced: z.array(z.string()),
  /** Settings beyond Harbor's that were on: network=…, host_gateway, hardening. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
})
export type TrialEnvironment = z.infer<typeof TrialEnvironment>

export const TrialException = z.object({
  /** Harbor's bare class name. */
  type: z.string(),
  message: z.string(),
  phase: Phase,
  occurredAt: Timestamp,
})
export type TrialException = z.infer<typeof TrialException>

/** By what tasks are told apart in lists and charts. */
export const TaskLabels = z.object({
  /** The dataset it comes from. */
  source: z.string().nullable(),
  difficulty: z.string().nullable(),
  category: z.string().nullable(),
  tags: z.array(z.string()),
})
export type TaskLabels = z.infer<typeof TaskLabels>

/** `tbcc.json` of a trial: what Harbor's result.json has no place for. */
export const TrialRecord = z.object({
  schemaVersion: z.literal(1),
  trialId: z.string(),
  trialName: z.string(),
  jobId: z.string(),
  taskName: z.string(),
  taskPath: z.string(),
  taskDigest: z.string(),
  agent: z.string(),
  agentVersion: z.string(),
  model: z.string().nullable(),
  /** From 1: which of the job's attempts at this task by this agent. */
  attempt: z.number().int().positive(),
  /** How many earlier runs of this trial were replaced (retries and resumes). */
  replaced: z.number().int().nonnegative(),
  environment: TrialEnvironment.nullable(),
  /** Null: ended as asked without a verdict (verification disabled, install only). */
  outcome: Outcome.nullable(),
  blame: Blame.nullable(),
  /** The lines that show why the blame is what it is. */
  evidence: z.array(z.string()),
  exception: TrialException.nullable(),
  /** The number that decides: key `reward`, else the lowest of all keys; null without a verdict. */
  reward: z.number().nullable(),
  rewards: z.record(z.string(), z.number()).nullable(),
  tests: TestSummary.nullable(),
  findings: z.array(Finding),
  usage: Usage,
  startedAt: Timestamp,
  finishedAt: Timestamp,
  phases: z.array(PhaseSpan),
  /** What the task says of itself and where it comes from. This and what follows is missing in older records. */
  task: TaskLabels.optional(),
  /** Turns of the agent; null: it has none, or they are not known. */
  steps: z.number().int().nonnegative().nullable().optional(),
  /** Somebody typed into its environment while it was scored. */
  assisted: z.boolean().optional(),
  /** Null: the agent has nothing to install. */
  agentSetup: AgentSetup.nullable().optional(),
  /** Logs that were removed as the user's settings say, and when; absent: all that there was is there. */
  pruned: z.object({ at: Timestamp, logs: z.array(z.enum(['output', 'trajectory'])) }).optional(),
})
export type TrialRecord = z.infer<typeof TrialRecord>

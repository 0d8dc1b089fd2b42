import { z } from 'zod'
import { TaskArtifactEntry } from './artifact.ts'
import {
  ALWAYS,
  choice,
  Float,
  FloatOrNull,
  FreeValues,
  list,
  table,
  Text,
  TextOrNull,
  Texts,
  TextValues,
  UserName,
  rare,
} from './lax.ts'
import { phaseNetworkShape, refuseStrayHosts } from './network-policy.ts'
import { stepNameKey, stepNameProblem } from './step-name.ts'
import { HealthcheckConfig, TaskEnvironmentConfig } from './task-environment.ts'
import { TaskVerifierConfig } from './task-verifier.ts'

export { HealthcheckConfig }

/** `org/name` of a package. */
export const PackageName = Text.refine(
  (name) => /^[a-z\d][\w.-]*\/[a-z\d][\w.-]*$/i.test(name) && !name.includes('..'),
  {
    error: ({ input }) => `expected a name such as "org/name", got ${JSON.stringify(input)}`,
  },
)

export const Author = table({ name: Text, email: TextOrNull })

/** `[task]`: the task as a package. */
const PackageInfo = rare(() =>
  table({
    name: PackageName,
    version: Text.min(1, { error: 'expected a version, got empty text' }).nullable().default(null),
    description: Text.default(''),
    authors: list(Author).default(() => []),
    keywords: Texts,
  }),
)

/** `[agent]` of a task or of one of its steps. */
const TaskAgentConfig = table({
  ...phaseNetworkShape,
  /** Seconds; null: no limit. */
  timeout_sec: FloatOrNull,
  user: UserName.nullable().default(null),
}).superRefine((agent, context) => refuseStrayHosts(agent, context, 'override'), ALWAYS)

const StepName = Text.superRefine((name, context) => {
  const problem = stepNameProblem(name)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem })
})

/** `[[steps]]`: one turn of a multi-step task. */
export const TaskStepConfig = rare(() =>
  table({
    /** The directory below `steps/`. */
    name: StepName,
    agent: TaskAgentConfig.prefault({}),
    verifier: TaskVerifierConfig.prefault({}),
    min_reward: z
      .union([Float, z.record(z.string(), Float)])
      .nullable()
      .default(null),
    healthcheck: HealthcheckConfig.nullable().default(null),
    artifacts: list(TaskArtifactEntry).default(() => []),
  }),
)
export type TaskStepConfig = z.infer<typeof TaskStepConfig>

const Steps = rare(() =>
  list(TaskStepConfig).superRefine((steps, context) => {
    const seen = new Set<string>()
    // Runs beside other issues: the list may be no list, and its items no steps.
    for (const [index, step] of Array.isArray(steps) ? steps.entries() : []) {
      const name: unknown = step?.name
      if (typeof name !== 'string') continue
      const key = stepNameKey(name)
      const message = `is the name of an earlier step, but for case or Unicode form: ${JSON.stringify(name)}`
      if (seen.has(key)) context.addIssue({ code: 'custom', message, path: [index, 'name'] })
      seen.add(key)
    }
  }, ALWAYS),
)

/** A task.toml of any schema version; older spellings are converted, unknown keys ignored, defaults filled in. */
export const TaskConfig = z.preprocess(
  renameVersion,
  table({
    schema_version: Text.default('1.4'),
    task: PackageInfo.nullable().default(null),
    metadata: FreeValues,
    verifier: TaskVerifierConfig.prefault({}),
    agent: TaskAgentConfig.prefault({}),
    environment: TaskEnvironmentConfig.prefault({}),
    solution: table({ env: TextValues }).prefault({}),
    source: TextOrNull,
    multi_step_reward_strategy: choice(['mean', 'final']).nullable().default(null),
    steps: Steps.nullable().default(null),
    artifacts: list(TaskArtifactEntry).default(() => []),
  }),
)
export type TaskConfig = z.infer<typeof TaskConfig>

function renameVersion(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('version' in value)) return value
  return { schema_version: value.version, ...value }
}

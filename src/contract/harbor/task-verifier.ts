import type { z } from 'zod'
import { ServiceName } from './artifact.ts'
import { ALWAYS, choice, Float, list, table, Text, TextValues, UserName, rare } from './lax.ts'
import { phaseNetworkShape, refuseStrayHosts } from './network-policy.ts'
import { TaskEnvironmentConfig } from './task-environment.ts'

/** `[[verifier.collect]]`: a command that saves running state into files before artifacts are taken. */
const CollectHook = rare(() =>
  table({
    command: Text,
    service: ServiceName.default('main'),
    timeout_sec: Float.default(60),
    user: UserName.nullable().default(null),
  }),
)

export const VerifierEnvironmentMode = choice(['shared', 'separate'])
export type VerifierEnvironmentMode = z.infer<typeof VerifierEnvironmentMode>

/** `[verifier]` of a task or of one of its steps. */
export const TaskVerifierConfig = table({
  ...phaseNetworkShape,
  timeout_sec: Float.default(600),
  env: TextValues,
  user: UserName.nullable().default(null),
  environment_mode: VerifierEnvironmentMode.nullable().default(null),
  environment: TaskEnvironmentConfig.nullable().default(null),
  collect: list(CollectHook).default(() => []),
}).superRefine((verifier, context) => {
  refuseStrayHosts(verifier, context, 'override')
  if (verifier.environment_mode !== 'shared' || (verifier.environment ?? null) === null) return
  const message = 'is "shared", but there is a [verifier.environment] of its own'
  context.addIssue({ code: 'custom', message, path: ['environment_mode'] })
}, ALWAYS)
export type TaskVerifierConfig = z.infer<typeof TaskVerifierConfig>

import type { TaskConfig, TaskStepConfig } from '../../contract/harbor/task-config.ts'
import type { TaskVerifierConfig, VerifierEnvironmentMode } from '../../contract/harbor/task-verifier.ts'

/** Whether a task, or one step of it, is verified in the agent's environment or in one of its own. */
export function verifierMode(config: TaskConfig, step?: TaskStepConfig): VerifierEnvironmentMode {
  return (step === undefined ? null : statedMode(step.verifier)) ?? statedMode(config.verifier) ?? 'shared'
}

/** An environment of the verifier's own says "separate" too. */
function statedMode({ environment_mode, environment }: TaskVerifierConfig): VerifierEnvironmentMode | null {
  return environment_mode ?? (environment === null ? null : 'separate')
}

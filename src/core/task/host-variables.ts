import type { JobConfig } from '../../contract/harbor/job-config.ts'
import type { TaskConfig } from '../../contract/harbor/task-config.ts'
import type { HostVariable } from './task.ts'
import { parseTemplate } from './templates.ts'

/** The host variables that a task reads through `${NAME}` templates, in the order of its task.toml. */
export function listHostVariables(config: TaskConfig): HostVariable[] {
  const found: HostVariable[] = []
  for (const [section, variables] of envSections(config)) {
    for (const [key, value] of Object.entries(variables)) {
      const template = parseTemplate(value)
      if (template === null) continue
      found.push({ name: template.name, hasDefault: template.fallback !== null, key: `${section}.${key}` })
    }
  }
  return found
}

/** Those that a job reads for the task: what its own settings replace is not read, nor for a solution that is not run. */
export function listVariablesOfJob(
  config: TaskConfig,
  job: Pick<JobConfig, 'environment' | 'verifier'>,
  runsSolution: boolean,
): HostVariable[] {
  const { environment, verifier, solution } = config
  return listHostVariables({
    ...config,
    environment: { ...environment, env: without(environment.env, job.environment.env) },
    verifier: { ...verifier, env: without(verifier.env, job.verifier.env) },
    solution: runsSolution ? solution : { ...solution, env: {} },
  })
}

function without(
  own: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(own).filter(([key]) => !Object.hasOwn(given, key)))
}

function envSections(config: TaskConfig): [string, Readonly<Record<string, string>>][] {
  const { environment, verifier, solution, steps } = config
  return [
    ['environment.env', environment.env],
    ['verifier.env', verifier.env],
    ['verifier.environment.env', verifier.environment?.env ?? {}],
    ['solution.env', solution.env],
    ...(steps ?? []).flatMap((step, index): [string, Readonly<Record<string, string>>][] => [
      [`steps[${index}].verifier.env`, step.verifier.env],
      [`steps[${index}].verifier.environment.env`, step.verifier.environment?.env ?? {}],
    ]),
  ]
}

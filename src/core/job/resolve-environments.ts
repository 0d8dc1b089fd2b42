import { type AppError, toAppError } from '../../contract/errors.ts'
import type { AgentConfig } from '../../contract/harbor/common.ts'
import type { JobConfig } from '../../contract/harbor/job-config.ts'
import { resolveServers } from '../agent/mcp/resolve.ts'
import { serverSecrets } from '../agent/mcp/secrets.ts'
import { taskMcpServers } from '../task/mcp.ts'
import type { Task } from '../task/task.ts'
import { parseTemplate, resolveTemplates } from '../task/templates.ts'
import { type HostEnv, secretValues } from './secrets.ts'

/** What a trial's variables are with their templates filled in. */
export interface ResolvedEnvironments {
  readonly environment: Readonly<Record<string, string>>
  readonly solution: Readonly<Record<string, string>>
  readonly verifier: Readonly<Record<string, string>>
  readonly agent: Readonly<Record<string, string>>
  readonly otherSecrets: readonly string[]
  readonly refusal: AppError | null
}

/** Of a trial that will never run. */
export const UNRESOLVED: ResolvedEnvironments = {
  environment: {},
  solution: {},
  verifier: {},
  agent: {},
  otherSecrets: [],
  refusal: null,
}

/**
 * `${VAR}` templates against the host's variables: of what is used alone, so what a job replaces need not be there. A
 * missing one is found here, before anything is started.
 */
export function resolveEnvironments(
  { config, hostEnv }: { readonly config: Pick<JobConfig, 'environment' | 'verifier'>; readonly hostEnv: HostEnv },
  task: Task,
  agent: AgentConfig,
  runsSolution: boolean,
): ResolvedEnvironments {
  const given = {
    environment: { ...task.config.environment.env, ...config.environment.env },
    solution: runsSolution ? task.config.solution.env : {},
    verifier: { ...task.config.verifier.env, ...config.verifier.env },
    agent: agent.env,
  }
  const resolve = (env: Readonly<Record<string, string>>): Record<string, string> => resolveTemplates(env, hostEnv)
  try {
    const agentEnv = resolve(given.agent)
    return {
      environment: resolve(given.environment),
      solution: resolve(given.solution),
      verifier: resolve(given.verifier),
      agent: agentEnv,
      otherSecrets: [
        ...secretsOfServers(task, agent, { ...hostEnv, ...agentEnv }),
        ...Object.values(given).flatMap((env) => secretsOfTemplates(env, hostEnv)),
      ],
      refusal: null,
    }
  } catch (error) {
    return { ...UNRESOLVED, refusal: toAppError(error, 'invalid-input') }
  }
}

/** Secrets of the host that templates give on under any name. */
function secretsOfTemplates(env: Readonly<Record<string, string>>, host: HostEnv): readonly string[] {
  const names = Object.values(env).flatMap((value) => parseTemplate(value)?.name ?? [])
  return secretValues(names.map((name) => ({ [name]: host[name] ?? '' })))
}

/** Of the task's servers those that stand in its task.toml; of the job's also what their templates name. */
function secretsOfServers(task: Task, { mcp_servers: definitions }: AgentConfig, env: HostEnv): string[] {
  const own = taskMcpServers(task).flatMap((server) => serverSecrets(server, server, {}))
  const given = definitions.flatMap((definition) =>
    resolveServers([definition], env).flatMap((server) => serverSecrets(server, definition, env)),
  )
  return [...own, ...given]
}

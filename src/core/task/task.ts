import type { TaskConfig } from '../../contract/harbor/task-config.ts'

/** A task that parsed and validated. */
export interface Task {
  /** `[task].name` where given, else the directory's name. */
  readonly name: string
  /** The part of `name` after `/`. */
  readonly shortName: string
  /** Absolute path of the task directory. */
  readonly directory: string
  readonly config: TaskConfig
  /** As the agent sees it: canary lines taken out. Null for a multi-step task. */
  readonly instruction: string | null
  readonly files: TaskFileFacts
  /** Host variables that the task reads through `${VAR}` templates, each with whether a default stands beside it. */
  readonly hostVariables: readonly HostVariable[]
  /** Features that this version lists but does not run, in words for a message; empty: runnable. */
  readonly unsupported: readonly string[]
  /** What an agent must be capable of; the oracle and nop are exempt. */
  readonly needs: readonly AgentNeed[]
}

export type AgentNeed = 'mcp-servers' | 'skills' | 'trajectory'

export interface TaskFileFacts {
  readonly hasDockerfile: boolean
  readonly hasCompose: boolean
  readonly hasSolution: boolean
  /** A trajectory.json at the root: what happened before the agent's session. */
  readonly hasTrajectory: boolean
  /** Regular files below `environment/`, in path order, relative to it. */
  readonly environment: readonly string[]
}

export interface HostVariable {
  readonly name: string
  readonly hasDefault: boolean
  /** Where it is read, e.g. `environment.env.API_KEY`. */
  readonly key: string
}

/** One thing that is wrong with a task: the file, the key in it, and what was expected. */
export interface TaskIssue {
  /** Relative to the task directory. */
  readonly file: string
  /** Dotted key in the file, or null when the file as a whole is meant. */
  readonly key: string | null
  readonly message: string
}

/** A directory of a dataset: a task, or what keeps it from being one. */
export type TaskEntry =
  | { readonly valid: true; readonly task: Task }
  | { readonly valid: false; readonly name: string; readonly directory: string; readonly issues: readonly TaskIssue[] }

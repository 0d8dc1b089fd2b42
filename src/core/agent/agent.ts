import type { TrialEventBody } from '../../contract/events.ts'
import type { Usage } from '../../contract/trial.ts'
import type { Container, ExecResult, OutputChunk } from '../environment/backend.ts'
import type { OutputLog, TrialFiles } from '../job/ports.ts'
import type { AgentNeed, Task } from '../task/task.ts'
import type { HostTree } from './host.ts'

/**
 * What solves a task. An agent works only in the container it is given, says what it does through `emit`, and honours
 * the signals. It throws TrialError under Harbor's names (`NonZeroAgentExitCodeError`, …) or AppError; a run that was
 * told to stop by its signal just returns.
 */
export interface Agent {
  readonly name: string
  readonly version: string
  /** Makes the container ready. Runs as the task's agent user under the environment's network. */
  setup(context: AgentContext): Promise<void>
  run(context: AgentContext): Promise<AgentReport>
}

/** What an agent says of its own run. Unknown numbers are null: "not measured". */
export interface AgentReport {
  readonly usage: Usage
}

export const NOT_MEASURED: Usage = { inputTokens: null, cachedTokens: null, outputTokens: null, costUsd: null }

export interface AgentContext {
  readonly task: Task
  /** The instruction as the agent is to see it, extra instructions appended. */
  readonly instruction: string
  readonly container: Container
  readonly files: TrialFiles
  /** Variables of the job's `--ae`, for setup and run only. */
  readonly env: Readonly<Record<string, string>>
  /** `[solution].env`, templates resolved. */
  readonly solutionEnv: Readonly<Record<string, string>>
  /** `[agent].user`; absent: the image's. */
  readonly user?: string | number
  /** The phase's own limit in milliseconds, or null. */
  readonly timeoutMs: number | null
  /** Aborts on timeout and on cancellation. */
  readonly signal: AbortSignal
  emit(event: TrialEventBody): void
  /** Runs a command, says so in the journal, and shows its output live. */
  exec(request: AgentExec): Promise<ExecResult>
  /** Output that an agent got otherwise, shown live. */
  output(data: Uint8Array): Promise<void>
  /** Shows a file that grows in the container, while `work` runs. */
  showing<T>(path: string, work: () => Promise<T>): Promise<T>
}

export interface AgentExec {
  readonly purpose: string
  readonly command: string | readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly user?: string | number
  readonly stdin?: AsyncIterable<Uint8Array>
  /** Also kept in this file of the trial directory. */
  readonly log?: OutputLog
  /** Beside showing it. */
  readonly onOutput?: (chunk: OutputChunk) => void | Promise<void>
}

/** One agent of a job before any trial: its settings are checked here, so that a mistake costs nothing. */
export interface AgentSettings {
  readonly model: string | null
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly host: HostTree
}

/** Makes an agent for a job, or throws AppError `invalid-input` that names the setting and what is allowed. */
export interface AgentDefinition {
  readonly name: string
  /** One line for `--help` and the docs. */
  readonly summary: string
  readonly kwargs: Readonly<Record<string, string>>
  /** What tasks may come with: a task that needs more is refused. */
  readonly capabilities: readonly AgentNeed[]
  create(settings: AgentSettings): Promise<Agent>
}

import type { TrialEventBody } from '../../contract/events.ts'
import type { AgentMcpServer } from '../../contract/harbor/mcp-server.ts'
import type { AgentSetup, Usage } from '../../contract/trial.ts'
import type { Container, ExecResult, OutputChunk } from '../environment/backend.ts'
import type { OutputLog, TrialFiles } from '../job/ports.ts'
import type { HostEnv } from '../job/secrets.ts'
import type { AgentNeed, Task } from '../task/task.ts'
import type { TrajectoryConverter } from '../trajectory/convert/converter.ts'
import type { Prices } from '../prices/prices.ts'
import type { AcpRegistry } from './acp/registry.ts'
import type { HostCredentials } from './credentials.ts'
import type { HostTree } from './host.ts'
import type { Toolchains } from './toolchains.ts'

/**
 * What solves a task. An agent works only in the container it is given, says what it does through `emit`, and honours
 * the signals. It throws TrialError under Harbor's names (`NonZeroAgentExitCodeError`, …) or AppError; a run that was
 * told to stop by its signal just returns.
 */
export interface Agent {
  readonly name: string
  /** Null: not known before its setup, which says it. */
  readonly version: string | null
  /** Variables that it takes from this host for itself, such as keys; `--ae` goes over them. */
  readonly env?: Readonly<Record<string, string>>
  /** True: a program in the container that asks a model over the network, which is in vain where there is none. */
  readonly asksModel?: boolean
  /** Makes the container ready. Runs as the task's agent user under the environment's network. */
  setup(context: AgentContext): Promise<AgentSetup | void>
  run(context: AgentContext): Promise<AgentReport>
  /** True: its trajectory is made here of its logs, and one that stands in the container is somebody's invention. */
  readonly trajectoryFromLogs?: boolean
  /**
   * Reads what it left in the trial's folder, however the run ended: writes `agent/trajectory.json`, says what it cost.
   * Called once /logs/agent is collected. What it throws is told as a warning and changes no verdict.
   */
  conclude?(context: ConcludeContext): Promise<AgentReport>
}

/** What an agent says of its own run. Unknown numbers are null: "not measured". Input tokens include cached ones. */
export interface AgentReport {
  readonly usage: Usage
  /**
   * Why a run that was told to stop could not go on: Harbor's name for how its model's service failed, and the lines that
   * show it. Null or absent: it was at work.
   */
  readonly stuckIn?: { readonly type: string; readonly evidence: readonly string[] } | null
}

/** What is left of a trial when its agent is done. */
export interface ConcludeContext {
  readonly files: TrialFiles
  readonly instruction: string
  /** As the setup found it; null: not known. */
  readonly version: string | null
  /** By the events of the run; the richer log may know better. */
  readonly usage: Usage
  readonly signal: AbortSignal
  emit(event: TrialEventBody): void
  /** Tells the watch over its conduct of what no event of a tool call shows: findings only, as the arguments of a tool. */
  did(tool: string, args: Readonly<Record<string, unknown>>): void
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
  /** What the environment may reach; `no-network`: nothing. */
  readonly network: 'public' | 'no-network'
  /** The phase's own limit in milliseconds, or null. */
  readonly timeoutMs: number | null
  /** Aborts on timeout and on cancellation. */
  readonly signal: AbortSignal
  emit(event: TrialEventBody): void
  /** Tells the watch over its conduct of what no event of a tool call shows: findings only, as the arguments of a tool. */
  did(tool: string, args: Readonly<Record<string, unknown>>): void
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
  /** Absent: the container's own. */
  readonly cwd?: string
  /** Beside the signal; absent: none. */
  readonly timeoutMs?: number
  /** Also kept in this file of the trial directory. */
  readonly log?: OutputLog
  /** False: its output is for a program and not shown; default true. */
  readonly show?: boolean
  /** In place of the phase's: for what must be done after it was cut off. */
  readonly signal?: AbortSignal
  /** Beside showing it. */
  readonly onOutput?: (chunk: OutputChunk) => void | Promise<void>
}

/** One agent of a job before any trial: its settings are checked here, so that a mistake costs nothing. */
export interface AgentSettings {
  readonly model: string | null
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly host: HostTree
  /** Variables of this host, the job's `--ae` over them. */
  readonly env: HostEnv
  /** Servers that the job adds to those of the task; templates in their texts are filled in from `env` when it runs. */
  readonly mcpServers: readonly AgentMcpServer[]
  /** Folders of this host with skills, added to those of the task. */
  readonly skills: readonly string[]
  readonly credentials: HostCredentials
  readonly toolchains: Toolchains
  readonly acpRegistry: AcpRegistry
  readonly prices: Prices
}

/** Makes an agent for a job, or throws AppError `invalid-input` that names the setting and what is allowed. */
export interface AgentDefinition {
  readonly name: string
  /** One line for `--help` and the docs. */
  readonly summary: string
  readonly kwargs: Readonly<Record<string, string>>
  /** Those of its settings that are paths of this host; absent: none. */
  readonly fileKwargs?: readonly string[]
  /** Whether it talks to a model that the user names; absent: no. */
  readonly model?: 'needed' | 'optional' | 'none'
  /** Makes its logs a trajectory, now or later (`tbcc convert`); absent: they hold none. */
  readonly convert?: TrajectoryConverter
  /** What tasks may come with: a task that needs more is refused. */
  readonly capabilities: readonly AgentNeed[]
  create(settings: AgentSettings): Promise<Agent>
}

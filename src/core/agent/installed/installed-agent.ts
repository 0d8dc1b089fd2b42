import type { AgentNeed, Task } from '../../task/task.ts'
import type { TrajectoryConverter } from '../../trajectory/convert/converter.ts'
import type { AgentMcpServer } from '../../../contract/harbor/mcp-server.ts'
import type { CredentialOwner, HostCredential } from '../credentials.ts'
import type { ArchiveEntry } from '../host.ts'
import type { HostEnv } from '../../job/secrets.ts'
import type { LogParser } from '../logs/log-parser.ts'
import type { VariableReference } from '../mcp/resolve.ts'
import type { SystemPackage } from './system-packages.ts'
import type { SettingSpecs, SettingValues } from './settings.ts'

/**
 * A CLI agent that is installed into the task's container and run there, as data: what to install, how to start it and
 * how to read it. One runner runs them all (run-installed.ts); one file here per agent.
 */
export interface InstalledAgent<Specs extends SettingSpecs = SettingSpecs> {
  readonly name: string
  readonly summary: string
  readonly model: 'needed' | 'optional'
  readonly capabilities: readonly AgentNeed[]
  /** `--ak` settings beyond those that all installed agents share (settings.ts). */
  readonly settings: Specs
  readonly install: InstallRecipe
  /** Its file below /logs/agent, Harbor's name. */
  readonly log: string
  /**
   * Variables to run with: keys, base URLs, model. AppError `invalid-input` names a key that is needed and missing.
   * `env` is this host's, the job's `--ae` over it; empty values count as missing.
   */
  environment(ask: EnvironmentAsk<Specs>): Readonly<Record<string, string>>
  /** Whose login of this host `--ak credentials=host` means; absent: it has none. */
  readonly credentialOwner?: CredentialOwner
  /**
   * How its configuration names a variable in any text of a tool server, so that secrets stay out of files; absent: it
   * cannot, and gets the values.
   */
  readonly reference?: VariableReference
  /** AppError where it could not use one of these tool servers; absent: it can use all. */
  checkServers?(servers: readonly AgentMcpServer[]): void
  /** What its installation depends on beside the recipe; absent: nothing. AppError where the wanted version will not do. */
  installation?(ask: InstallationAsk): Installation
  /** Everything of one run. */
  run(ask: RunAsk<Specs>): RunRecipe
  /** The limit of turns that its command line will have; absent: the setting `max_turns`. */
  maxTurns?(ask: EnvironmentAsk<Specs>): number | null
  parser(ask: { readonly maxTurns: number | null }): LogParser
  /** Absent: its logs hold no trajectory. */
  readonly convert?: TrajectoryConverter
  /**
   * Exceptions that only this agent's words mean, looked for beside the shared ones (failure/patterns.ts); the source of
   * a regular expression each, matched without regard to case.
   */
  readonly errorPatterns?: readonly { readonly pattern: string; readonly type: string }[]
}

export interface InstallRecipe {
  /** The program, as it is called. */
  readonly program: string
  /** Prints a version, quickly and without a network. */
  readonly versionCommand: string
  /** What the package managers of the system must bring first. */
  readonly packages: readonly SystemPackage[]
  /** The vendor's installer as Harbor runs it, a bash script that may use `$VERSION` (empty: newest); absent: none. */
  readonly vendor?: { readonly glibc: string | null; readonly musl: string | null }
  /** The package of a registry, for an installation inside or a prepared one; null: none brings it ready to run. */
  readonly registry: {
    readonly kind: 'npm' | 'pypi'
    readonly name: string
    /** What the program needs to run: with 'none' it is a binary of its own. */
    readonly runtime: 'node' | 'python' | 'none'
    /** Lowest version of the runtime, e.g. `20`, `3.12`. */
    readonly runtimeVersion: string | null
    /** Packages that must be in its environment and that it does not bring by itself. */
    readonly beside?: readonly string[]
  } | null
  /** Folders of the program, in front of PATH for every command; `$HOME` is the agent user's. */
  readonly path: readonly string[]
}

export interface InstallationAsk {
  /** Of the job, with templates; once the task is known, its own before them. */
  readonly mcpServers: readonly AgentMcpServer[]
  /** As the user asked for it; null: any. */
  readonly version: string | null
}

export interface Installation {
  /** To be installed; null: whatever is there, or the newest. */
  readonly version: string | null
  /** A bash script for the agent's user that brings what the program needs beside it, when it is there; null: nothing. */
  readonly beside: string | null
}

export interface EnvironmentAsk<Specs extends SettingSpecs> {
  readonly env: HostEnv
  readonly settings: SettingValues<Specs>
  /** `provider/name`; null: none was named. */
  readonly model: ModelName | null
  /** The host's own login, where the user asked for it. */
  readonly credential: HostCredential | null
}

export interface ModelName {
  /** Before the first slash; null: none. */
  readonly provider: string | null
  readonly name: string
  /** As it was given. */
  readonly full: string
}

export interface RunAsk<Specs extends SettingSpecs> extends EnvironmentAsk<Specs> {
  readonly task: Task
  /** Of the task and the job together; the job's have their templates filled in, or a `reference` in their place. */
  readonly mcpServers: readonly AgentMcpServer[]
  /** Folders in the container that hold skills. */
  readonly skillFolders: readonly string[]
  readonly maxTurns: number | null
  /** To be added to the command line as they stand; null: none. */
  readonly extraArgs: string | null
}

/**
 * How it is run: `prepare`, then `command`, then `cleanUp` whatever happened. All are bash scripts that run as the agent's
 * user with `env`; the instruction is in the shell variable `$TBCC_INSTRUCTION` (not exported) and in the file
 * `$TBCC_INSTRUCTION_FILE`, never on the line.
 */
export interface RunRecipe {
  /** Beyond `environment()`. */
  readonly env?: Readonly<Record<string, string>>
  /** Put into the container before, owned by root; no secrets. Absolute paths: what belongs into the user's home is copied by `prepare`. */
  readonly files?: readonly ArchiveEntry[]
  /**
   * What may hold secrets, by name: written as the agent's user, for nobody else to read, into PRIVATE_FOLDER, which goes
   * when the run is over.
   */
  readonly privateFiles?: Readonly<Record<string, string>>
  readonly prepare?: string
  /** Its output, both streams in one (`2>&1` is added), is the log. */
  readonly command: string
  /**
   * Prints what the program says nowhere but in a log of its own, for the parser: run as the agent's user when `command` is
   * over, also where it was stopped. Begins with an empty line, for the last one of the output may not have ended.
   */
  readonly ownLog?: string
  /** Moves sessions to /logs/agent, removes files that hold secrets and are not in PRIVATE_FOLDER. */
  readonly cleanUp?: string
}

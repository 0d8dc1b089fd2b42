import { InvalidArgumentError, Option, type Command } from 'commander'
import { declareUnsupportedFlags } from './unsupported-flags.ts'

/** Flags of `tbcc run` as commander hands them over. Absent: not given. */
export interface RunFlags {
  readonly config?: readonly string[]
  readonly printConfig?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
  readonly path?: string
  readonly dataset?: string
  readonly registryPath?: string
  readonly task?: readonly string[]
  readonly includeTaskName?: readonly string[]
  readonly excludeTaskName?: readonly string[]
  readonly nTasks?: number
  readonly agent?: string
  readonly model?: readonly string[]
  readonly agentKwarg?: readonly string[]
  readonly agentEnv?: readonly string[]
  readonly effort?: string
  readonly mcpConfig?: readonly string[]
  readonly skills?: readonly string[]
  readonly env?: string
  readonly environmentKwarg?: readonly string[]
  readonly forceBuild?: boolean
  readonly delete?: boolean
  readonly overrideCpus?: number
  readonly overrideMemoryMb?: number
  readonly verifierEnv?: readonly string[]
  readonly disableVerification?: boolean
  readonly enableVerification?: boolean
  readonly installOnly?: boolean
  readonly extraInstruction?: readonly string[]
  readonly extraInstructionPath?: readonly string[]
  readonly artifact?: readonly string[]
  readonly jobName?: string
  readonly jobsDir?: string
  readonly nAttempts?: number
  readonly nConcurrent?: number
  readonly nConcurrentAgents?: number
  readonly timeoutMultiplier?: number
  readonly agentTimeoutMultiplier?: number
  readonly verifierTimeoutMultiplier?: number
  readonly agentSetupTimeoutMultiplier?: number
  readonly environmentBuildTimeoutMultiplier?: number
  readonly maxRetries?: number
  readonly retryInclude?: readonly string[]
  readonly retryExclude?: readonly string[]
  readonly envFile?: string
  readonly quiet?: boolean
  readonly silent?: boolean
  readonly debug?: boolean
  readonly yes?: boolean
}

/** Declares the flags of `tbcc run`: Harbor's names with Harbor's meaning, and a few of our own. */
export function declareRunOptions(run: Command): void {
  declareSelection(run)
  declareAgent(run)
  declareEnvironment(run)
  declareVerification(run)
  declareJob(run)
  declareOutput(run)
  declareUnsupportedFlags(run)
}

function declareSelection(run: Command): void {
  run
    .optionsGroup('Tasks:')
    .option('-p, --path <path>', 'a task, or a folder of tasks')
    .option('-d, --dataset <name@version>', 'a dataset of the registry at --registry-path')
    .option('--registry-path <path>', 'a registry.json or dataset.toml, or the folder it is in')
    .option('-t, --task <task>', 'the folder of one task, or org/name[@ref]; repeatable', collect)
    .option('-i, --include-task-name <task-glob>', 'only tasks of the dataset with such a name; repeatable', collect)
    .option('-x, --exclude-task-name <task-glob>', 'no tasks of the dataset with such a name; repeatable', collect)
    .option('-l, --n-tasks <count>', 'at most so many tasks, after the other filters', atLeast(1))
    .option('--extra-instruction <text>', 'text after each instruction; repeatable', collect)
    .option('--extra-instruction-path <file>', 'the same from a file; repeatable', collect)
}

function declareAgent(run: Command): void {
  run
    .optionsGroup('Agent:')
    .option('-a, --agent <agent>', 'what solves the tasks (default: oracle)')
    .option('-m, --model <model>', 'model of the agent; repeatable, each is an agent of its own', collect)
    .option('--ak, --agent-kwarg <key=value>', 'setting of the agent; repeatable', collect)
    .option('--ae, --agent-env <key=value>', 'variable for the agent; repeatable', collect)
    .option('--effort <level>', 'how hard it thinks: --ak reasoning_effort=LEVEL')
    .option('--mcp-config <file>', 'tool servers for the agent: a .mcp.json, or YAML or TOML; repeatable', collect)
    .option('--skill, --skills <path>', 'a folder with a skill for the agent; repeatable', collect)
    .option('--install-only', 'set the agent up, and no more')
}

function declareEnvironment(run: Command): void {
  run
    .optionsGroup('Environment:')
    .option('-e, --env <backend>', 'auto, docker, podman or sandbox (default: auto)')
    .option('--ek, --environment-kwarg <key=value>', 'setting of the environment; repeatable', collect)
    .option('--force-build', 'build the image also where there is a prebuilt one')
    .addOption(new Option('--no-force-build').hideHelp())
    .addOption(new Option('--delete').hideHelp())
    .option('--no-delete', 'keep the containers; "tbcc clean --kept" removes them')
    .option('--override-cpus <count>', 'processors, whatever the task asks for', atLeast(1))
    .option('--override-memory-mb <mb>', 'memory, whatever the task asks for', atLeast(1))
}

function declareVerification(run: Command): void {
  run
    .optionsGroup('Verification:')
    .option('--ve, --verifier-env <key=value>', 'variable for the verifier; repeatable', collect)
    .option('--disable-verification', 'run the agent only')
    .addOption(new Option('--enable-verification').hideHelp())
    .option('--artifact <path-in-container>', 'keep this file or folder of the environment; repeatable', collect)
}

function declareJob(run: Command): void {
  run
    .optionsGroup('Job:')
    .option(
      '-c, --config <file>',
      'a JobConfig in YAML or JSON; flags override it; repeatable, later ones override',
      collect,
    )
    .option('--job-name <name>', 'name of the job (default: date and time)')
    .option('-o, --jobs-dir <dir>', 'where jobs are kept (default: jobs)')
    .option('-k, --n-attempts <count>', 'attempts at each task (default: 1)', atLeast(1))
    .option('-n, --n-concurrent <count>', 'trials at once (default: 4)', atLeast(1))
    .option('--n-concurrent-agents <count>', 'runs of one agent at once', atLeast(1))
    .option('--timeout-multiplier <factor>', 'on every limit of the tasks (default: 1)', factor)
    .option('--agent-timeout-multiplier <factor>', 'on the limit of the agent', factor)
    .option('--verifier-timeout-multiplier <factor>', 'on the limit of the verifier', factor)
    .option('--agent-setup-timeout-multiplier <factor>', 'on the limit of the setup of the agent', factor)
    .option('--environment-build-timeout-multiplier <factor>', 'on the limit of pulls, builds and starts', factor)
    .option('-r, --max-retries <count>', 'run a trial with an exception again so often (default: 0)', atLeast(0))
    .option('--retry-include <exception>', 'retry only after these; repeatable', collect)
    .option('--retry-exclude <exception>', 'never retry after these; repeatable', collect)
    .option('--env-file <file>', 'NAME=VALUE lines, before the environment; .env.local is read after it')
    .option('-y, --yes', 'confirm that tasks and tool servers read variables of this host')
}

function declareOutput(run: Command): void {
  run
    .optionsGroup('Output:')
    .option('-q, --quiet', 'only the table at the end')
    .addOption(new Option('--silent').hideHelp())
    .option('--json', 'one event per line on stdout; all else goes to stderr')
    .option('--dry-run', 'show what would run, and start nothing')
    .option('--print-config', 'print the resolved configuration as JSON, and start nothing')
    .option('--debug', 'more lines, and the stack of an error')
}

function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value]
}

function atLeast(minimum: number): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (/^\d+$/.test(value.trim()) && number >= minimum) return number
    throw new InvalidArgumentError(`It must be a whole number of at least ${minimum}.`)
  }
}

function factor(value: string): number {
  const number = Number(value)
  if (value.trim() !== '' && Number.isFinite(number) && number > 0) return number
  throw new InvalidArgumentError('It must be a number above 0.')
}

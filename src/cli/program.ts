import { Argument, Command, Option } from 'commander'
import { PHASES } from '../contract/phases.ts'
import { KEPT_UNUSED_DAYS } from '../core/agent/toolchains.ts'
import type { ServeFlags } from './commands/serve.ts'
import type { CommonFlags } from './common-flags.ts'
import type { Host } from './host.ts'
import { declareRunOptions, type RunFlags } from './run/run-options.ts'

/**
 * The whole command tree. What a command does is in `commands/`, imported when it is called: `tbcc --version` and
 * `--help` load none of it. A placeholder such as `<dir>` or `<task>` also tells shell completion what stands there.
 * `asked` is the first word of the command line: where it names a command, the others are not declared.
 */
export function createProgram(host: Host, onExit: (code: number) => void, asked?: string): Command {
  const program = new Command('tbcc')
    .description('Runs Terminal-Bench tasks in containers, verifies them as Harbor does, and keeps everything.')
    .version(host.version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'help for a command')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
      getOutHelpWidth: () => host.stdout.columns() ?? 100,
      getErrHelpWidth: () => host.stderr.columns() ?? 100,
    })
  for (const declare of declarationsFor(asked)) declare(program, host, onExit)
  return program
}

type Declare = (program: Command, host: Host, onExit: (code: number) => void) => void

function declarationsFor(asked: string | undefined): readonly Declare[] {
  const all = new Map<string, Declare>([
    ['tasks', declareTasks],
    ['run', declareRun],
    ['resume', declareResume],
    ['jobs', declareJobs],
    ['show', declareShow],
    ['logs', declareLogs],
    ['clean', declareClean],
    ['doctor', declareDoctor],
    ['convert', declareConvert],
    ['reindex', declareReindex],
    ['serve', declareServe],
    ['rpc', declareRpc],
    ['completion', declareCompletion],
  ])
  // The scripts of `completion` are made from the whole tree.
  const one = asked === 'completion' ? undefined : all.get(asked ?? '')
  return one === undefined ? [...all.values()] : [one]
}

const declareTasks: Declare = (program, host, onExit) => {
  program
    .command('tasks')
    .description('list tasks and what is wrong with those that are invalid')
    .option(
      '-p, --path <path>',
      'a task, or a folder of tasks (default: $TBCC_TASKS, ~/code/terminal-bench-2, the samples)',
    )
    .option('-d, --dataset <name@version>', 'a dataset of the registry at the path')
    .option('-r, --recursive', 'search folders below it too')
    .addOption(jsonOption('the list as JSON'))
    .addOption(debugOption())
    .action(async (flags: CommonFlags & { path?: string; dataset?: string; recursive?: boolean }) => {
      const { listTasks } = await import('./commands/tasks.ts')
      onExit(await listTasks(flags, host))
    })
}

const declareRun: Declare = (program, host, onExit) => {
  const run = program.command('run').description('run tasks with an agent: a job')
  declareRunOptions(run)
  run.addHelpText('after', RUN_EXAMPLES).action(async (flags: RunFlags) => {
    const { runJobCommand } = await import('./commands/run.ts')
    onExit(await runJobCommand(flags, host))
  })
}

const RUN_EXAMPLES = `
Examples:
  tbcc run -p ./terminal-bench-2 -i 'fix-*' -a oracle
  tbcc run -p ./my-task -a command --ak 'run=my-agent "$TBCC_INSTRUCTION"' -k 5 -n 2
  tbcc run -c job.yaml --dry-run
`

const declareResume: Declare = (program, host, onExit) => {
  program
    .command('resume')
    .description('run what is left of a job; finished trials are never run again')
    .argument('<job>', 'its name or folder')
    .option(
      '-f, --filter-error-type <exception>',
      'run trials again that ended with this (default: CancelledError); repeatable',
      collect,
    )
    .option('--env-file <file>', 'file of NAME=VALUE lines, before the environment')
    .option('-q, --quiet', 'only the table at the end')
    .addOption(jsonOption('one event per line on stdout'))
    .addOption(jobsDirOption())
    .addOption(debugOption())
    .action(
      async (job: string, flags: CommonFlags & { filterErrorType?: string[]; envFile?: string; quiet?: boolean }) => {
        const { resumeJob } = await import('./commands/resume.ts')
        onExit(await resumeJob(job, flags, host))
      },
    )
}

const declareJobs: Declare = (program, host, onExit) => {
  program
    .command('jobs')
    .description('list jobs, newest first')
    .addOption(jsonOption('the list as JSON'))
    .addOption(jobsDirOption())
    .addOption(debugOption())
    .action(async (flags: CommonFlags) => {
      const { listJobs } = await import('./commands/jobs.ts')
      onExit(await listJobs(flags, host))
    })
}

const declareShow: Declare = (program, host, onExit) => {
  program
    .command('show')
    .description('what a job or a trial came to, and why')
    .argument('<job-or-trial>', 'name, id or folder; JOB/TRIAL where a name is not enough')
    .option('--events', 'all that happened, in order')
    .addOption(jsonOption('as JSON'))
    .addOption(jobsDirOption())
    .addOption(debugOption())
    .action(async (target: string, flags: CommonFlags & { events?: boolean }) => {
      const { show } = await import('./commands/show.ts')
      onExit(await show(target, flags, host))
    })
}

const declareLogs: Declare = (program, host, onExit) => {
  program
    .command('logs')
    .description('what a trial printed; raw bytes where stdout is no terminal')
    .argument('<trial>', 'name, id or folder')
    .addOption(new Option('--phase <phase>', 'only of this phase').choices(PHASES))
    .option('-f, --follow', 'go on until the trial ends')
    .addOption(jobsDirOption())
    .addOption(debugOption())
    .action(async (trial: string, flags: CommonFlags & { phase?: string; follow?: boolean }) => {
      const { printLogs } = await import('./commands/logs.ts')
      onExit(await printLogs(trial, flags, host))
    })
}

const declareClean: Declare = (program, host, onExit) => {
  program
    .command('clean')
    .description(
      `remove containers that dead runs of this machine left behind, and prepared agents not used for ${KEPT_UNUSED_DAYS} days`,
    )
    .option('--kept', 'also those that --no-delete kept')
    .addOption(jsonOption('what was removed as JSON'))
    .addOption(jobsDirOption())
    .addOption(debugOption())
    .action(async (flags: CommonFlags & { kept?: boolean }) => {
      const { clean } = await import('./commands/clean.ts')
      onExit(await clean(flags, host))
    })
}

const declareDoctor: Declare = (program, host, onExit) => {
  program
    .command('doctor')
    .description('what this machine can run, and what to do about the rest')
    .argument('[path]', 'a dataset whose images are looked for')
    .option('-e, --env <backend>', 'auto, docker, podman or sandbox: where images are looked for (default: auto)')
    .addOption(jsonOption('as JSON'))
    .addOption(jobsDirOption())
    .addOption(debugOption())
    .action(async (path: string | undefined, flags: CommonFlags & { env?: string }) => {
      const { examine } = await import('./commands/doctor.ts')
      onExit(await examine(path ?? null, flags, host))
    })
}

const declareConvert: Declare = (program, host, onExit) => {
  program
    .command('convert')
    .description("make the logs that agents left trajectories anew: each trial's agent/trajectory.json")
    .argument('<job-or-trial>', 'name, id or folder; JOB/TRIAL where a name is not enough')
    .addOption(jsonOption('as JSON'))
    .addOption(jobsDirOption())
    .addOption(debugOption())
    .action(async (target: string, flags: CommonFlags) => {
      const { convert } = await import('./commands/convert.ts')
      onExit(await convert(target, flags, host))
    })
}

const declareReindex: Declare = (program, host, onExit) => {
  program
    .command('reindex')
    .description('rebuild the index of the jobs folder from its files')
    .addOption(jobsDirOption())
    .addOption(debugOption())
    .action(async (flags: CommonFlags) => {
      const { reindex } = await import('./commands/reindex.ts')
      onExit(await reindex(flags, host))
    })
}

const declareServe: Declare = (program, host, onExit) => {
  program
    .command('serve')
    .description('the screens in a browser, until Ctrl-C; prints the URL that opens them')
    .option('--port <port>', 'default: any free one')
    .option('--host <address>', 'the address to listen on (default: 127.0.0.1)')
    .option('--allow-host <name>', 'another name that this machine is reached by; repeatable', collect)
    .option('--tls-cert <file>', 'certificate (PEM), for an address beyond this machine')
    .option('--tls-key <file>', 'its key (PEM)')
    .option('--insecure', 'an address beyond this machine without TLS')
    .addOption(jsonOption('the URL, its parts and the jobs folder as JSON'))
    .addOption(appJobsDirOption())
    .addOption(debugOption())
    .action(async (flags: ServeFlags) => {
      const { serveScreens } = await import('./commands/serve.ts')
      onExit(await serveScreens(flags, host))
    })
}

const declareRpc: Declare = (program, host, onExit) => {
  program
    .command('rpc')
    .description('JSON-RPC 2.0 for programs: one message per line on stdin and stdout (docs/protocol.md)')
    .addOption(appJobsDirOption())
    .addOption(debugOption())
    .action(async (flags: CommonFlags) => {
      const { serveLines } = await import('./commands/rpc.ts')
      onExit(await serveLines(flags, host))
    })
}

const declareCompletion: Declare = (program, host, onExit) => {
  program
    .command('completion')
    .description('print a completion script, to be read by the shell at its start')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { printCompletion } = await import('./commands/completion.ts')
      onExit(printCompletion(shell, program, host))
    })
  program
    .command('complete-values', { hidden: true })
    .description('values for the completion scripts, one per line')
    .addArgument(new Argument('<kind>'))
    .argument('[path]')
    .action(async (kind: string, path: string | undefined) => {
      const { printValues } = await import('./commands/complete-values.ts')
      onExit(await printValues(kind, path ?? null, host))
    })
}

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value]
}

function jsonOption(description: string): Option {
  return new Option('--json', description)
}

function jobsDirOption(): Option {
  return new Option('-o, --jobs-dir <dir>', 'where jobs are kept (default: jobs)')
}

function appJobsDirOption(): Option {
  return new Option('-o, --jobs-dir <dir>', 'where jobs are kept (default: ~/tbcc/jobs)')
}

function debugOption(): Option {
  return new Option('--debug', 'show the stack of an error')
}

import type { Command, Option } from 'commander'

/** What stands where a value is expected. */
export type ValueKind =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'folders' }
  /** Asked of `tbcc complete-values NAME` when it is needed. */
  | { readonly kind: 'asked'; readonly name: AskedValues }
  | { readonly kind: 'anything' }

export const ASKED_VALUES = ['tasks', 'agents', 'jobs', 'trials'] as const
export type AskedValues = (typeof ASKED_VALUES)[number]

export interface CompletionOption {
  /** `-p`, `--path`. */
  readonly flags: readonly string[]
  readonly description: string
  /** Null for a switch. */
  readonly value: ValueKind | null
}

export interface CompletionCommand {
  readonly name: string
  readonly description: string
  readonly options: readonly CompletionOption[]
  readonly args: readonly ValueKind[]
}

export interface CompletionModel {
  readonly program: string
  readonly options: readonly CompletionOption[]
  readonly commands: readonly CompletionCommand[]
}

/** What can be completed, read from the command tree itself: hidden commands and flags stay hidden. */
export function describeProgram(program: Command): CompletionModel {
  const help = program.createHelp()
  const commands = help.visibleCommands(program)
  return {
    program: program.name(),
    options: help.visibleOptions(program).map(toOption),
    commands: commands.map((command) => ({
      name: command.name(),
      description: command.description(),
      options: help.visibleOptions(command).map(toOption),
      args: command.registeredArguments.map((argument) => toValue(argument.argChoices, argument.name())),
    })),
  }
}

function toOption(option: Option): CompletionOption {
  const placeholder = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1]
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    description: option.description,
    value: placeholder === undefined ? null : toValue(option.argChoices, placeholder.replace(/\.\.\.$/, '')),
  }
}

function toValue(choices: readonly string[] | undefined, placeholder: string): ValueKind {
  if (choices !== undefined) return { kind: 'words', words: choices }
  return PLACEHOLDERS[placeholder] ?? { kind: 'anything' }
}

/** Placeholders of the command tree whose values are known. */
const PLACEHOLDERS: Readonly<Record<string, ValueKind>> = {
  path: { kind: 'files' },
  file: { kind: 'files' },
  dir: { kind: 'folders' },
  task: { kind: 'folders' },
  'task-glob': { kind: 'asked', name: 'tasks' },
  agent: { kind: 'asked', name: 'agents' },
  job: { kind: 'asked', name: 'jobs' },
  trial: { kind: 'asked', name: 'trials' },
  'job-or-trial': { kind: 'asked', name: 'trials' },
  backend: { kind: 'words', words: ['auto', 'docker', 'podman', 'sandbox'] },
  command: { kind: 'anything' },
}

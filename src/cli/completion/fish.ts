import type { CompletionCommand, CompletionModel, CompletionOption, ValueKind } from './model.ts'

/** The script for fish. */
export function toFish({ program, options, commands }: CompletionModel): string {
  const lines = [
    `# Completion of ${program} for fish; load it with: ${program} completion fish | source`,
    `function __${program}_path`,
    '  set -l words (commandline -opc)',
    '  for i in (seq (count $words))',
    '    contains -- $words[$i] -p --path; and echo $words[(math $i + 1)]; and return',
    '  end',
    'end',
    `function __${program}_values`,
    `  ${program} complete-values $argv[1] (__${program}_path) 2>/dev/null`,
    'end',
    `complete -c ${program} -f`,
    ...options.map((option) => complete(program, '__fish_use_subcommand', option)),
    ...commands.map(({ name, description }) => {
      return `complete -c ${program} -n __fish_use_subcommand -a ${quote(name)} -d ${quote(description)}`
    }),
    ...commands.flatMap((command) => commandLines(program, command)),
  ]
  return `${lines.join('\n')}\n`
}

function commandLines(program: string, { name, options, args }: CompletionCommand): string[] {
  const seen = `__fish_seen_subcommand_from ${name}`
  const first = args[0] === undefined ? '' : values(program, args[0])
  return [
    ...options.map((option) => complete(program, seen, option)),
    ...(first === '' ? [] : [`complete -c ${program} -n ${quote(seen)}${first}`]),
  ]
}

function complete(program: string, condition: string, { flags, description, value }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
  const takes = value === null ? '' : ` -r${values(program, value)}`
  return `complete -c ${program} -n ${quote(condition)} ${names.join(' ')}${takes} -d ${quote(description)}`
}

function values(program: string, value: ValueKind): string {
  if (value.kind === 'words') return ` -f -a ${quote(value.words.join(' '))}`
  if (value.kind === 'asked') return ` -f -a ${quote(`(__${program}_values ${value.name})`)}`
  if (value.kind === 'files') return ' -F'
  return value.kind === 'folders' ? ` -f -a '(__fish_complete_directories)'` : ''
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`
}

import type { CompletionCommand, CompletionModel, CompletionOption, ValueKind } from './model.ts'

/** The script for zsh: a file `_tbcc` on fpath, or read with `source`. */
export function toZsh({ program, options, commands }: CompletionModel): string {
  return `#compdef ${program}
# Completion of ${program} for zsh; load it with: source <(${program} completion zsh)
_${program}_values() {
  local -a values tasks
  local -i at=\${words[(I)(-p|--path)]}
  (( at > 0 )) && tasks=("\${(Q)words[at+1]}")
  values=(\${(f)"$(${program} complete-values $1 $tasks 2>/dev/null)"})
  compadd -a values
}
_${program}() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quote(`${name}:${description.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  _arguments -C \\
${options.map((option) => `    ${optionSpec(program, option)} \\`).join('\n')}
    '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${commands.map((command) => commandCase(program, command)).join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _${program} ]]; then _${program} "$@"; else compdef _${program} ${program}; fi
`
}

function commandCase(program: string, { name, options, args }: CompletionCommand): string {
  const specs = [
    ...options.map((option) => optionSpec(program, option)),
    ...args.map((value, index) => quote(`${index + 1}: :${action(program, value)}`)),
  ]
  return `        ${name}) _arguments -s \\\n${specs.map((spec) => `          ${spec}`).join(' \\\n')} ;;`
}

/** `'*'{-p,--path}'[description]: :action'`. Repeats are allowed: it is not for the shell to know better. */
function optionSpec(program: string, { flags, description, value }: CompletionOption): string {
  const text = `[${description.replaceAll(/[[\]\\:]/g, '\\$&')}]`
  const tail = value === null ? text : `${text}: :${action(program, value)}`
  const names = flags.length > 1 ? `{${flags.join(',')}}` : (flags[0] ?? '')
  return `'*'${names}${quote(tail)}`
}

function action(program: string, value: ValueKind): string {
  if (value.kind === 'words') return `(${value.words.join(' ')})`
  // Without the space before it, zsh would put arguments of its own before ours.
  if (value.kind === 'asked') return ` _${program}_values ${value.name}`
  if (value.kind === 'files') return '_files'
  return value.kind === 'folders' ? '_files -/' : ' '
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

import type { CompletionCommand, CompletionModel, CompletionOption, ValueKind } from './model.ts'

/**
 * The script for bash. Values are compared and quoted one by one, never given to `compgen -W`: that would expand what
 * stands in them.
 */
export function toBash({ program, options, commands }: CompletionModel): string {
  return `# Completion of ${program} for bash; load it with: source <(${program} completion bash)
_${program}_match() {
  local value
  while IFS= read -r value; do
    [[ -n $value && $value == "$cur"* ]] && COMPREPLY+=("$(printf '%q' "$value")")
  done
}
_${program}_words() { printf '%s\\n' "$@" | LC_ALL=C sort -u; }
_${program}_values() { ${program} complete-values "$1" \${tasks:+"$tasks"} 2>/dev/null; }
_${program}_files() {
  compopt -o filenames 2>/dev/null
  local value
  while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen "-$1" -- "$cur")
}
_${program}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command='' tasks='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      -p | --path) tasks=\${COMP_WORDS[i + 1]} ;;
      -*) ;;
      *) [[ -z $command ]] && command=\${COMP_WORDS[i]} ;;
    esac
  done
  case "$command $prev" in
${commands.flatMap(optionValues).join('\n')}
  esac
  case $command in
    '')
      _${program}_match < <(_${program}_words ${quoteAll([...commands.map(({ name }) => name), ...flagsOf(options)])}) ;;
${commands.map((command) => commandWords(program, command)).join('\n')}
  esac
}
complete -F _${program} ${program}
`

  function optionValues({ name, options }: CompletionCommand): string[] {
    return options.flatMap(({ flags, value }) => {
      if (value === null) return []
      const patterns = flags.map((flag) => quote(`${name} ${flag}`)).join(' | ')
      return [`    ${patterns}) ${complete(program, value)} return ;;`]
    })
  }
}

function commandWords(program: string, { name, options, args }: CompletionCommand): string {
  const flags = `_${program}_match < <(_${program}_words ${quoteAll(flagsOf(options))})`
  const first = args[0]
  if (first === undefined) return `    ${quote(name)}) ${flags} ;;`
  return `    ${quote(name)}) if [[ $cur == -* ]]; then ${flags}; else ${complete(program, first)} fi ;;`
}

/** Commands that fill COMPREPLY, each with its semicolon. */
function complete(program: string, value: ValueKind): string {
  if (value.kind === 'words') return `_${program}_match < <(_${program}_words ${quoteAll(value.words)});`
  if (value.kind === 'asked') return `_${program}_match < <(_${program}_values ${value.name});`
  if (value.kind === 'files') return `_${program}_files f;`
  return value.kind === 'folders' ? `_${program}_files d;` : ':;'
}

function flagsOf(options: readonly CompletionOption[]): readonly string[] {
  return options.flatMap(({ flags }) => flags)
}

function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ')
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

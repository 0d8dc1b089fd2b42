import { quote } from '../shell.ts'

/**
 * Lines of bash that put the instruction into a variable as it stands between the quotes of a JSON text (and so of a YAML
 * one). For CLIs that take the instruction from a document: bash is there, nothing else is sure to be. `also`: more
 * characters to be written by their number, because the CLI reads a meaning into them.
 */
export function instructionAsJson(variable: string, also: readonly string[] = []): string {
  // Quotes around it would change what a pattern means in older versions; an assignment needs none.
  const replace = (pattern: string): string => `line=\${line//${pattern}/"$by"}`
  return [
    `${variable}=; more=yes`,
    // Line by line: bash takes very long to replace in a long text.
    'while [ "$more" = yes ]; do',
    '  IFS= read -r line || more=no',
    ...ESCAPES.map(([pattern, escape]) => `  by=${quote(escape)}; ${replace(pattern)}`),
    ...also.map((character) => `  by=${quote(unicodeEscape(character))}; ${replace(quote(character))}`),
    '  if [[ $line == *[[:cntrl:]]* ]]; then',
    `    for code in ${CONTROLS.join(' ')}; do`,
    // In two steps: a number behind a backslash is octal.
    String.raw`      printf -v one "\\$code"; printf -v by '\\u%04x' "0$code"; ${replace('"$one"')}`,
    '    done',
    '  fi',
    `  ${variable}+=$line`,
    `  if [ "$more" = yes ]; then ${variable}+='\\n'; fi`,
    'done < "$TBCC_INSTRUCTION_FILE"',
  ].join('\n')
}

/** The backslash first: the others bring some. */
const ESCAPES: readonly (readonly [pattern: string, escape: string])[] = [
  [String.raw`\\`, String.raw`\\`],
  [String.raw`\"`, String.raw`\"`],
  [String.raw`$'\r'`, String.raw`\r`],
  [String.raw`$'\t'`, String.raw`\t`],
]

/** The other control characters but the end of a line, octal: JSON wants them escaped, YAML the last one too. */
const CONTROLS: readonly string[] = [...Array.from({ length: 31 }, (_, index) => index + 1), 127]
  .filter((code) => code !== 9 && code !== 10 && code !== 13)
  .map((code) => code.toString(8))

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

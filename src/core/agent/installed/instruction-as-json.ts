import { quote } from '../shell.ts'

/**
 * Lines of bash that make the text of a variable what stands between the quotes of a JSON text (and so of a YAML one). For
 * CLIs that take the instruction from a document: bash is there, nothing else is sure to be. `also`: more characters to be
 * written by their number, because the CLI reads a meaning into them.
 */
export function escapeAsJson(variable: string, also: readonly string[] = []): string {
  const replaced = (pattern: string, by: string): string => `${variable}="\${${variable}//${pattern}/${by}}"`
  return [
    replaced(String.raw`\\`, String.raw`\\\\`),
    ...ESCAPES.map(([character, escape]) => `by=${quote(escape)}; ${replaced(character, '"$by"')}`),
    ...also.map((character) => `by=${quote(unicodeEscape(character))}; ${replaced(quote(character), '"$by"')}`),
    `for code in ${CONTROLS.join(' ')}; do`,
    // In two steps: a number behind a backslash is octal.
    String.raw`  printf -v one "\\$code"; printf -v by '\\u%04x' "0$code"; ${replaced('"$one"', '"$by"')}`,
    'done',
  ].join('\n')
}

/** A line of bash that reads the instruction as it is, its last line ends too. */
export function readInstruction(variable: string): string {
  return `IFS= read -r -d '' ${variable} < "$TBCC_INSTRUCTION_FILE" || true`
}

const ESCAPES: readonly (readonly [character: string, escape: string])[] = [
  [`'"'`, String.raw`\"`],
  [`$'\\n'`, String.raw`\n`],
  [`$'\\r'`, String.raw`\r`],
  [`$'\\t'`, String.raw`\t`],
]

/** The other control characters, octal: JSON wants them escaped, YAML the last one too. */
const CONTROLS: readonly string[] = [...Array.from({ length: 31 }, (_, index) => index + 1), 127]
  .filter((code) => code !== 9 && code !== 10 && code !== 13)
  .map((code) => code.toString(8))

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

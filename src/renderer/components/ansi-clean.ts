/*
 * Output as text that stands still: what a terminal would do over time (moving, erasing, retitling) is taken out,
 * colours are brought to the forms that the converter knows, one a sequence.
 */

/** Whether a text must be converted before it is shown. */
export function hasControls(text: string): boolean {
  return CONTROLS.test(text)
}

/** The text with nothing but colours, line feeds and tabs left of its control characters. */
export function cleanAnsi(text: string): string {
  const still = text
    .replace(STRINGS, '')
    .replace(CSI, (_, parameters: string, final: string) => (final === 'm' ? toSimpleColours(parameters) : ''))
    .replace(OTHER_ESCAPES, (escape) => (SIMPLE_COLOUR.test(escape) ? escape : ''))
  return still
    .split('\n')
    .map((line) => takeBackspaces(lastOverprint(line)))
    .join('\n')
    .replace(REST, '')
}

/** The text without any of it, colours included: for one line in a list. */
export function stripAnsi(text: string): string {
  return cleanAnsi(text).replace(COLOURS, '')
}

/** Everything but printable characters, line feeds and tabs. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/
const REST = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g
/** Operating system commands (titles, links, the clipboard) and other strings, whole; or cut off at the end. */
const STRINGS =
  /(?:\u001b[\]P^_X]|[\u009d\u0090\u009e\u009f\u0098])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|(?=\u001b)|$)/g
const CSI = /(?:\u001b\[|\u009b)([0-?]*)[ -/]*([@-~]|$)/g
const OTHER_ESCAPES = /\u001b(?:\[[\d;]*m|[ -/]*[0-~]?)/g
const SIMPLE_COLOUR = /^\u001b\[[\d;]+m$/
const COLOURS = /\u001b\[[\d;]+m/g

/** `1;38;5;12` as `1` and `38;5;12`; what is no number, or means something private, is left out. */
function toSimpleColours(parameters: string): string {
  if (/[<=>?]/.test(parameters)) return ''
  const values = parameters.split(/[;:]/).map((value) => (value === '' ? 0 : Number(value)))
  const sequences: string[] = []
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? 0
    const length = value === 38 || value === 48 ? (values[at + 1] === 5 ? 3 : values[at + 1] === 2 ? 5 : 1) : 1
    const whole = values.slice(at, at + length)
    at += length - 1
    if (whole.length === length && whole.every((part) => Number.isInteger(part) && part >= 0 && part < 256)) {
      if (length > 1 || (value !== 38 && value !== 48)) sequences.push(`\u001b[${whole.join(';')}m`)
    }
  }
  return sequences.join('')
}

/** What is left of a line over which was printed, as progress bars do. Its colours stay in force. */
function lastOverprint(line: string): string {
  const text = line.replace(/\r+$/, '')
  const from = text.lastIndexOf('\r') + 1
  if (from === 0) return text
  return [...(text.slice(0, from).match(COLOURS) ?? []), text.slice(from)].join('')
}

function takeBackspaces(line: string): string {
  if (!line.includes('\b')) return line
  const kept: string[] = []
  for (const char of line) {
    if (char !== '\b') kept.push(char)
    else if (kept.length > 0) kept.pop()
  }
  return kept.join('')
}

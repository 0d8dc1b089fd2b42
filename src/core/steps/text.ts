import { plainLine } from '../text/plain.ts'

/** A text for showing, cut where it is too long. */
export interface ShownText {
  readonly text: string
  readonly truncated: boolean
}

const MAX_TEXT = 64 * 1024
const MAX_SUMMARY = 240

export function shown(text: string, alreadyCut = false): ShownText {
  return text.length <= MAX_TEXT
    ? { text, truncated: alreadyCut }
    : { text: text.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, ''), truncated: true }
}

/** The first words of a text, as one plain line. */
export function summaryOf(text: string): string {
  const line = plainLine(text.slice(0, MAX_SUMMARY * 4))
  return line.length <= MAX_SUMMARY ? line : `${line.slice(0, MAX_SUMMARY - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** What a tool was called with, in one line: a command as it stands, else its values. */
export function summaryOfCall(name: string, values: Readonly<Record<string, unknown>>): string {
  const command = ['command', 'cmd', 'keystrokes', 'path', 'file_path', 'query']
    .map((key) => values[key])
    .find((value) => typeof value === 'string')
  return summaryOf(`${name} ${command ?? JSON.stringify(values)}`)
}

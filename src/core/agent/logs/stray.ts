/**
 * Whether a line that is no event may be a part of one that was cut or mixed up with another: then it may hold what a tool
 * printed or the model wrote, and is no complaint of the CLI.
 */
export function mayBePieceOfEvent(text: string): boolean {
  const line = text.trim()
  return line.startsWith('{') || (line.endsWith('}') && count(line, '{') < count(line, '}'))
}

/** A line without the colours that CLIs put around their own words. */
export function withoutColours(text: string): string {
  return text.replaceAll(COLOURS, '')
}

const COLOURS = /\u001B\[[0-9;]*m/g

function count(text: string, part: string): number {
  return text.split(part).length - 1
}

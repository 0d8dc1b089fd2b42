import { styleText } from 'node:util'

type StyleName = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'

/** Puts a colour on text, or leaves it alone where colours are off. */
export type Style = (name: StyleName, text: string) => string

export function createStyle(enabled: boolean): Style {
  return enabled ? (name, text) => styleText(name, text, { validateStream: false }) : (_name, text) => text
}

/** What is known of an output stream. */
export interface OutputKind {
  readonly isTerminal: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** NO_COLOR and FORCE_COLOR (0 or false: off) decide; else a terminal that is not dumb gets colours. */
export function wantsColour({ isTerminal, env }: OutputKind): boolean {
  if (isSet(env['NO_COLOR'])) return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced.toLowerCase() !== 'false'
  return isTerminal && env['TERM'] !== 'dumb'
}

/** Lines that are redrawn need a terminal that can move its cursor, and somebody who looks at it. */
export function wantsLiveView({ isTerminal, env }: OutputKind): boolean {
  const isCi = isSet(env['CI']) && env['CI'] !== 'false' && env['CI'] !== '0'
  return isTerminal && env['TERM'] !== 'dumb' && !isCi
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

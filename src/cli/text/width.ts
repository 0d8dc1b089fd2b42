import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** Columns that plain text takes on a terminal; wide characters take two, combining ones none. */
export function displayWidth(text: string): number {
  return isPrintableAscii(text) ? text.length : wideWidth(text)
}

/** Loaded with the first text that needs it: its tables take longer to load than all else of a short command. */
function wideWidth(text: string): number {
  const library: unknown = require('string-width')
  if (typeof library !== 'object' || library === null || !('default' in library)) return text.length
  return typeof library.default === 'function' ? Number(Reflect.apply(library.default, undefined, [text])) : text.length
}

/** Plain text cut to `columns`, with `…` where something is missing. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  if (columns <= 0) return ''
  let kept = ''
  let width = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += displayWidth(segment)
    if (width > columns - 1) break
    kept += segment
  }
  return `${kept}…`
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)))
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - displayWidth(text))) + text
}

function isPrintableAscii(text: string): boolean {
  return /^[ -~]*$/.test(text)
}

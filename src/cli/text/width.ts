import stringWidth from 'string-width'

/** Columns that plain text takes on a terminal; wide characters take two, combining ones none. */
export function displayWidth(text: string): number {
  return isPrintableAscii(text) ? text.length : stringWidth(text)
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

import type { Output } from '../host.ts'
import { displayWidth } from '../text/width.ts'

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const ERASE_LINE_END = '\x1b[K'
const ERASE_BELOW = '\x1b[J'

/** A few lines at the bottom of a terminal that are drawn anew, below text that scrolls. */
export interface Screen {
  /** Replaces the lines. `above` is printed first and stays. */
  draw(lines: readonly string[], above: readonly string[]): void
  /** Takes the lines away and gives the cursor back. */
  close(): void
}

export function createScreen(output: Output): Screen {
  let drawn: readonly number[] = []
  let hidden = false
  // A crash must not leave a terminal without its cursor.
  const restore = (): void => {
    if (hidden) output.write(SHOW_CURSOR)
    hidden = false
  }
  process.once('exit', restore)

  /** To the first column of the first line that is drawn, wherever the terminal has put it since. */
  function home(): string {
    const columns = output.columns() ?? 80
    const rows = drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0)
    return rows === 0 ? '' : `\x1b[${rows}A\r`
  }

  return {
    draw(lines, above) {
      const text = [...above, ...lines].map((line) => `${line}${ERASE_LINE_END}\n`).join('')
      output.write(`${hidden ? '' : HIDE_CURSOR}${home()}${text}${ERASE_BELOW}`)
      hidden = true
      drawn = lines.map(displayWidth)
    },
    close() {
      if (hidden) output.write(`${home()}${ERASE_BELOW}`)
      drawn = []
      restore()
      process.off('exit', restore)
    },
  }
}

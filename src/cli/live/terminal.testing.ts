import type { Output } from '../host.ts'

export interface FakeTerminal extends Output {
  /** The rows that are on it, without trailing spaces; text that scrolled out included. */
  screen(): string[]
  /** Text is wrapped anew, as terminals of today do it. */
  resize(columns: number): void
  readonly cursorHidden: () => boolean
  readonly writes: () => number
}

interface Row {
  text: string
  /** Goes on from the row above, because that was full. */
  goesOn: boolean
}

/** A terminal that obeys what the screen writes: newlines, cursor up, erasing, wrapping. For narrow characters. */
export function createFakeTerminal(size: { columns: number; rows: number }): FakeTerminal {
  const listeners = new Set<() => void>()
  let grid: Row[] = [{ text: '', goesOn: false }]
  let { columns } = size
  let [row, column, writes, hidden] = [0, 0, 0, false]

  function at(index: number): Row {
    while (grid.length <= index) grid.push({ text: '', goesOn: false })
    return grid[index] ?? { text: '', goesOn: false }
  }

  function put(char: string): void {
    if (column === columns) {
      ;[row, column] = [row + 1, 0]
      at(row).goesOn = true
    }
    const line = at(row)
    line.text = line.text.padEnd(column).slice(0, column) + char + line.text.slice(column + 1)
    column += 1
  }

  function obey(sequence: string): void {
    const up = /^\[(\d+)A$/.exec(sequence)
    if (up !== null) row = Math.max(0, row - Number(up[1]))
    else if (sequence === '[K') at(row).text = at(row).text.slice(0, column)
    else if (sequence === '[J') {
      at(row).text = at(row).text.slice(0, column)
      grid = grid.slice(0, row + 1)
    } else if (sequence === '[?25l') hidden = true
    else if (sequence === '[?25h') hidden = false
    else throw new Error(`not obeyed: ESC ${sequence}`)
  }

  function wrapAnew(): void {
    const whole: string[] = []
    for (const { text, goesOn } of grid) {
      if (goesOn) whole.push((whole.pop() ?? '') + text)
      else whole.push(text)
    }
    grid = whole.flatMap((text) => {
      const pieces = Array.from(
        { length: Math.max(1, Math.ceil(text.length / columns)) },
        (_, index) => index * columns,
      )
      return pieces.map((from, index) => ({ text: text.slice(from, from + columns), goesOn: index > 0 }))
    })
    // The screen always leaves the cursor on the last, empty row.
    row = grid.length - 1
  }

  return {
    isTerminal: true,
    columns: () => columns,
    rows: () => size.rows,
    onResize(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    drained: async () => {},
    write(data) {
      writes += 1
      for (const [token] of String(data).matchAll(/\u001b(?:\[[?\d;]*[A-Za-z])|[^\u001b]/gu)) {
        if (token.startsWith('\u001b')) obey(token.slice(1))
        else if (token === '\n') [row, column] = [row + 1, 0]
        else if (token === '\r') column = 0
        else put(token)
      }
      at(row)
      return true
    },
    screen: () => grid.map(({ text }) => text.trimEnd()),
    resize(next) {
      columns = next
      wrapAnew()
      for (const listener of listeners) listener()
    },
    cursorHidden: () => hidden,
    writes: () => writes,
  }
}

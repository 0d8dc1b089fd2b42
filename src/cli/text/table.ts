import type { Style } from './style.ts'
import { cutToWidth, displayWidth, padEnd, padStart } from './width.ts'

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Gives way first where the table is wider than the terminal. */
  readonly flexible?: boolean
}

/** Text of a cell, or text with a colour. */
export type Cell = string | { readonly text: string; readonly colour: Parameters<Style>[0] }

/** A column of a table of records. */
export interface RecordColumn<Row> extends Column {
  readonly cell: (row: Row) => Cell
  /** Shown only where the records differ in it. */
  readonly onlyIfVaries?: (row: Row) => unknown
}

export interface TableOptions {
  /** Null: as wide as it needs to be. */
  readonly maxWidth: number | null
  readonly style: Style
}

export function renderRecords<Row>(
  columns: readonly RecordColumn<Row>[],
  rows: readonly Row[],
  options: TableOptions,
): string[] {
  const shown = columns.filter(({ onlyIfVaries: of }) => of === undefined || new Set(rows.map(of)).size > 1)
  return renderTable(
    shown,
    rows.map((row) => shown.map(({ cell }) => cell(row))),
    options,
  )
}

const GAP = '  '
const MIN_FLEXIBLE = 12

/**
 * A table as lines, without borders, so that it can be copied and cut. Cells hold plain text: what comes from a
 * container is cleaned before.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): string[] {
  const widths = fitWidths(columns, rows, options.maxWidth)
  const head = columns.map((column, index) => place(column.title, column, widths[index] ?? 0))
  const lines = rows.map((row) =>
    columns.map((column, index) => {
      const cell = row[index] ?? ''
      const placed = place(textOf(cell), column, widths[index] ?? 0)
      return typeof cell === 'string' ? placed : options.style(cell.colour, placed)
    }),
  )
  return [options.style('bold', head.join(GAP).trimEnd()), ...lines.map((cells) => cells.join(GAP).trimEnd())]
}

function fitWidths(columns: readonly Column[], rows: readonly (readonly Cell[])[], maxWidth: number | null): number[] {
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(textOf(row[index] ?? '')))),
  )
  if (maxWidth === null) return widths
  let excess = widths.reduce((sum, width) => sum + width, GAP.length * (columns.length - 1)) - maxWidth
  while (excess > 0) {
    const widest = widestFlexible(columns, widths)
    if (widest === null) break
    widths[widest] = (widths[widest] ?? 0) - 1
    excess -= 1
  }
  return widths
}

function widestFlexible(columns: readonly Column[], widths: readonly number[]): number | null {
  let found: number | null = null
  for (const [index, column] of columns.entries()) {
    const width = widths[index] ?? 0
    if (column.flexible !== true || width <= MIN_FLEXIBLE) continue
    if (found === null || width > (widths[found] ?? 0)) found = index
  }
  return found
}

function place(text: string, column: Column, width: number): string {
  const cut = cutToWidth(text, width)
  return column.align === 'right' ? padStart(cut, width) : padEnd(cut, width)
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text
}

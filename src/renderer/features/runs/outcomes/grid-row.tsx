import type { VirtualItem } from '@tanstack/react-virtual'
import { memo } from 'react'
import type { ListedTrial } from '../../../../contract/api/trials.ts'
import type { ColourBy, Scale } from './cell-look.ts'
import { GridCell } from './grid-cell.tsx'
import { RowHead } from './grid-lines.tsx'
import type { GridSize } from './grid-size.ts'
import type { Dimension, Grid, GridLine } from './to-grid.ts'
import type { Spot } from './use-grid-keys.ts'

/** One row of the grid. Drawn again only when it changed: scrolling brings others. */
export const GridRow = memo(function GridRow({
  grid,
  line,
  index,
  top,
  columns,
  inView,
  dimension,
  colour,
  scale,
  size,
  current,
  onList,
}: {
  readonly grid: Grid<ListedTrial>
  readonly line: GridLine
  readonly index: number
  /** Pixels. */
  readonly top: number
  readonly columns: readonly GridLine[]
  readonly inView: readonly VirtualItem[]
  readonly dimension: Dimension
  readonly colour: ColourBy
  readonly scale: Scale
  readonly size: GridSize
  /** Column of the cell that the keys are on, if it is in this row. */
  readonly current: number | null
  readonly onList: (spot: Spot) => void
}) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="group absolute left-0 w-full"
      style={{ top, height: size.cellHeight }}
    >
      <span
        role="rowheader"
        className="sticky left-0 z-10 flex h-full items-center bg-bg group-hover:bg-hover"
        style={{ width: size.headWidth }}
      >
        <RowHead line={line} dimension={dimension} />
      </span>
      {inView.map(({ index: column, start }) => (
        <span
          key={column}
          id={cellId({ row: index, column })}
          role="gridcell"
          aria-colindex={column + 2}
          aria-selected={column === current}
          className={`absolute inset-y-0 rounded-md ${column === current ? 'outline-2 outline-focus' : ''}`}
          style={{ left: start, width: size.cellWidth }}
        >
          <GridCell
            trials={grid.cell(line.key, columns[column]?.key ?? '')}
            colour={colour}
            scale={scale}
            width={size.cellWidth}
            onList={() => onList({ row: index, column })}
          />
        </span>
      ))}
    </div>
  )
})

export function cellId({ row, column }: Spot): string {
  return `outcome-${row}-${column}`
}

import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useWidth } from '../../../components/use-width.ts'
import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { labelOf, type Dimension, type Grid, type GridLine } from './to-grid.ts'
import { CellList } from './cell-list.tsx'
import type { ColourBy, Scale } from './cell-look.ts'
import { ColumnHead } from './grid-lines.tsx'
import { cellId, GridRow } from './grid-row.tsx'
import { toGridSize } from './grid-size.ts'
import { useGridKeys, type Spot } from './use-grid-keys.ts'

export interface GridViewProps {
  readonly grid: Grid<ListedTrial>
  readonly rows: readonly GridLine[]
  readonly columns: readonly GridLine[]
  readonly dimensions: { readonly rows: Dimension; readonly columns: Dimension }
  readonly colour: ColourBy
  readonly scale: Scale
}

/** The grid, virtualised both ways, with heads that stay in view. Arrows move, Enter opens. */
export function GridView(props: GridViewProps) {
  const { grid, rows, columns, dimensions, colour, scale } = props
  const scroller = useRef<HTMLDivElement>(null)
  const width = useWidth(scroller)
  const size = useMemo(() => {
    const longest = Math.max(...columns.map(({ key }) => labelOf(key, dimensions.columns).length))
    return toGridSize(width, { columns: columns.length, deepest: grid.deepest, colour, longest })
  }, [width, columns, dimensions.columns, grid.deepest, colour])
  const [listed, setListed] = useState<Spot | null>(null)
  const rowItems = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => size.cellHeight,
    paddingStart: size.headHeight,
    scrollPaddingStart: size.headHeight,
    overscan: 10,
  })
  const columnItems = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => size.cellWidth,
    paddingStart: size.headWidth,
    scrollPaddingStart: size.headWidth,
    overscan: 6,
  })
  useEffect(() => columnItems.measure(), [columnItems, size.cellWidth, size.headWidth])
  useEffect(() => rowItems.measure(), [rowItems, size.headHeight])
  const inView = columnItems.getVirtualItems()
  const trialsAt = ({ row, column }: Spot): readonly ListedTrial[] =>
    grid.cell(rows[row]?.key ?? '', columns[column]?.key ?? '')
  const { spot, onKeyDown, onFocus } = useGridKeys({
    rows: rows.length,
    columns: columns.length,
    show: ({ row, column }) => {
      rowItems.scrollToIndex(row)
      columnItems.scrollToIndex(column)
    },
    trialsAt,
    onList: setListed,
    scroller,
  })

  return (
    <>
      <div
        ref={scroller}
        role="grid"
        aria-label={`Outcomes by ${dimensions.rows} and ${dimensions.columns}`}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        aria-activedescendant={spot === null ? undefined : cellId(spot)}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        className="min-h-0 flex-1 overflow-auto outline-none"
      >
        <div className="relative" style={{ width: columnItems.getTotalSize(), height: rowItems.getTotalSize() }}>
          <div
            role="row"
            aria-rowindex={1}
            className="sticky top-0 z-20 border-b border-line bg-bg"
            style={{ height: size.headHeight }}
          >
            <span
              role="columnheader"
              className="sticky left-0 z-10 flex items-end justify-between bg-bg pr-2 pb-1 pl-(--page) text-xs text-dim"
              style={{ width: size.headWidth, height: size.headHeight - 1 }}
            >
              <span>{dimensions.rows}</span>
              <span>resolved</span>
            </span>
            {inView.map(({ index, start }) => {
              const line = columns[index]
              return line === undefined ? null : (
                <span
                  key={line.key}
                  role="columnheader"
                  aria-colindex={index + 2}
                  className="absolute top-0"
                  style={{ left: start, width: size.cellWidth, height: size.headHeight - 1 }}
                >
                  <ColumnHead line={line} dimension={dimensions.columns} upright={size.upright} />
                </span>
              )
            })}
          </div>
          {rowItems.getVirtualItems().map(({ index, start }) => {
            const line = rows[index]
            return line === undefined ? null : (
              <GridRow
                key={line.key}
                grid={grid}
                line={line}
                index={index}
                top={start}
                columns={columns}
                inView={inView}
                dimension={dimensions.rows}
                colour={colour}
                scale={scale}
                size={size}
                current={spot?.row === index ? spot.column : null}
                onList={setListed}
              />
            )
          })}
        </div>
      </div>
      {listed === null ? null : (
        <CellList
          title={`${labelOf(rows[listed.row]?.key ?? '', dimensions.rows)}, ${labelOf(columns[listed.column]?.key ?? '', dimensions.columns)}`}
          trials={trialsAt(listed)}
          onClose={() => setListed(null)}
        />
      )}
    </>
  )
}

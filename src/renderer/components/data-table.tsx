import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useEffectEvent, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useSetting } from '../stores/settings.ts'

export interface Column<Row> {
  readonly id: string
  readonly title: ReactNode
  /** CSS width of the column: `120px`, `minmax(160px, 2fr)`. */
  readonly width: string
  readonly align?: 'right'
  /** Its values can be sorted by, on the side that has all of them. */
  readonly sortable?: boolean
  readonly cell: (row: Row) => ReactNode
}

export interface TableSort {
  readonly column: string
  readonly descending: boolean
}

export interface DataTableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  /** Rows by position; undefined: not loaded yet. */
  readonly row: (index: number) => Row | undefined
  readonly count: number
  readonly keyOf: (row: Row) => string
  readonly onOpen?: (row: Row) => void
  /** Told what is visible, so that it can be loaded. */
  readonly onVisible?: (from: number, to: number) => void
  readonly current?: string | null
  readonly onCurrent?: (row: Row) => void
  readonly sort?: TableSort
  readonly onSort?: (sort: TableSort) => void
  readonly selected?: ReadonlySet<string>
  readonly onSelect?: (key: string, range: boolean) => void
  readonly empty?: ReactNode
  /** A row that is one cell over the whole width, such as the head of a group; undefined: it has columns. */
  readonly wide?: (row: Row) => ReactNode | undefined
  /** Whether j, k and Enter work here wherever the focus is. */
  readonly active?: boolean
}

/**
 * A virtualised table of any length. j/k and arrows move, Enter opens, Space selects (with Shift a range), Home and End
 * jump. It has the role of a grid, so that readers hear where they are.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, row, count, keyOf, onVisible, current = null, selected, label, empty } = props
  const scroller = useRef<HTMLDivElement>(null)
  const rowHeight = useRowHeight()
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const items = virtualizer.getVirtualItems()
  const from = items[0]?.index ?? 0
  const to = items.at(-1)?.index ?? 0
  useEffect(() => onVisible?.(from, to), [from, to, onVisible])
  const move = (index: number): void => {
    const target = row(Math.max(0, Math.min(count - 1, index)))
    if (target === undefined) return
    virtualizer.scrollToIndex(Math.max(0, Math.min(count - 1, index)))
    props.onCurrent?.(target)
  }
  const onKeyDown = useTableKeys(props, move)
  const template = [...(selected === undefined ? [] : ['28px']), ...columns.map(({ width }) => width)].join(' ')

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      tabIndex={0}
      data-table
      onKeyDown={onKeyDown}
      className="min-h-0 flex-1 overflow-auto outline-offset-[-2px]"
    >
      <div role="rowgroup" className="sticky top-0 z-10 bg-bg">
        <HeaderRow {...props} template={template} />
      </div>
      {count === 0 ? empty : null}
      <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const data = row(item.index)
          const key = data === undefined ? `${item.index}` : keyOf(data)
          return (
            <div
              key={key}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={selected === undefined ? key === current : selected.has(key)}
              data-current={key === current ? '' : undefined}
              onClick={() => (data === undefined ? undefined : props.onCurrent?.(data))}
              onDoubleClick={() => (data === undefined ? undefined : props.onOpen?.(data))}
              className="absolute inset-x-0 top-0 grid items-center gap-3 border-b border-line px-(--page) hover:bg-hover data-current:bg-selected"
              style={{ height: item.size, transform: `translateY(${item.start}px)`, gridTemplateColumns: template }}
            >
              {data === undefined ? (
                <span role="gridcell" aria-label="loading" className="h-3 rounded-md bg-hover" />
              ) : (
                <Cells {...props} data={data} rowKey={key} />
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function Cells<Row>({
  columns,
  selected,
  onSelect,
  wide,
  data,
  rowKey,
}: DataTableProps<Row> & { readonly data: Row; readonly rowKey: string }) {
  const whole = wide?.(data)
  if (whole !== undefined) {
    return (
      <span role="gridcell" aria-colspan={columns.length} className="col-span-full min-w-0 truncate">
        {whole}
      </span>
    )
  }
  return (
    <>
      {selected === undefined ? null : (
        <span role="gridcell">
          <input
            type="checkbox"
            aria-label={`Select ${rowKey}`}
            checked={selected.has(rowKey)}
            onChange={() => {}}
            onClick={(event) => {
              event.stopPropagation()
              onSelect?.(rowKey, event.shiftKey)
            }}
            className="block accent-accent"
          />
        </span>
      )}
      {columns.map((column) => (
        <span
          key={column.id}
          role="gridcell"
          className={`min-w-0 truncate ${column.align === 'right' ? 'text-right tabular' : ''}`}
        >
          {column.cell(data)}
        </span>
      ))}
    </>
  )
}

function HeaderRow<Row>({
  columns,
  selected,
  sort,
  onSort,
  template,
}: DataTableProps<Row> & { readonly template: string }) {
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="grid h-(--row) items-center gap-3 border-b border-line px-(--page) text-xs text-dim"
      style={{ gridTemplateColumns: template }}
    >
      {selected === undefined ? null : <span role="columnheader" aria-label="Selected" />}
      {columns.map((column) => {
        const sorted = sort?.column === column.id
        return (
          <span
            key={column.id}
            role="columnheader"
            aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
            className={`min-w-0 truncate ${column.align === 'right' ? 'text-right' : ''}`}
          >
            {column.sortable === true && onSort !== undefined ? (
              <button
                type="button"
                onClick={() => onSort({ column: column.id, descending: sorted ? !sort.descending : true })}
                className="inline-flex items-center gap-1 hover:text-text"
              >
                {column.title}
                {sorted ? sort.descending ? <ArrowDown size={12} /> : <ArrowUp size={12} /> : null}
              </button>
            ) : (
              column.title
            )}
          </span>
        )
      })}
    </div>
  )
}

/** Row heights follow the density setting. */
function useRowHeight(): number {
  return useSetting('appearance.density') === 'compact' ? 26 : 32
}

function useTableKeys<Row>(
  { count, row, keyOf, current, onOpen, onSelect, active = false }: DataTableProps<Row>,
  move: (index: number) => void,
): (event: KeyboardEvent | globalThis.KeyboardEvent) => void {
  const position = (): number => {
    for (let index = 0; index < count; index += 1) {
      const data = row(index)
      if (data !== undefined && keyOf(data) === current) return index
    }
    return -1
  }
  const onKey = (event: KeyboardEvent | globalThis.KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const at = position()
    const target = at < 0 ? undefined : row(at)
    const actions: Readonly<Record<string, (() => void) | undefined>> = {
      j: () => move(at + 1),
      ArrowDown: () => move(at + 1),
      k: () => move(at - 1),
      ArrowUp: () => move(at - 1),
      Home: () => move(0),
      End: () => move(count - 1),
      PageDown: () => move(at + 15),
      PageUp: () => move(at - 15),
      Enter: target === undefined || onOpen === undefined ? undefined : () => onOpen(target),
      ' ': target === undefined || onSelect === undefined ? undefined : () => onSelect(keyOf(target), event.shiftKey),
    }
    const action = actions[event.key]
    if (action === undefined) return
    event.preventDefault()
    action()
  }
  const onPageKey = useEffectEvent(onKey)
  useEffect(() => {
    if (!active) return undefined
    const listen = (event: globalThis.KeyboardEvent): void => {
      const inElement = event.target instanceof HTMLElement && event.target !== document.body
      if (!inElement) onPageKey(event)
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [active])
  return onKey
}

import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../components/controls.tsx'
import { plural } from '../../format/format.ts'
import { ErrorMarks } from './error-marks.tsx'
import { StepRow } from './step-row.tsx'
import { useResized } from './use-resized.ts'
import type { Outline } from './use-outline.ts'
import type { Steps } from './use-steps.ts'

/** The steps of a trial, however many. New ones are appended; the view moves only when it follows. */
export function StepList({ steps, errorRows }: { readonly steps: Steps; readonly errorRows: readonly number[] }) {
  const { outline, row, following } = steps
  const { origin, see } = outline
  const total = outline.total ?? 0
  const scroller = useRef<HTMLDivElement>(null)
  const height = document.documentElement.dataset['density'] === 'compact' ? 26 : 32
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
  })
  const items = virtualizer.getVirtualItems()
  const from = items[0]?.index ?? 0
  const to = items.at(-1)?.index ?? 0
  useEffect(() => see('list', from, to), [see, from, to])
  const isEmpty = total === 0
  useEffect(() => {
    if (!isEmpty) virtualizer.scrollToIndex(row)
  }, [virtualizer, row, isEmpty, following, origin])
  useResized(scroller, (before) => {
    const { scrollTop = 0 } = scroller.current ?? {}
    const wasInView = (row + 1) * height > scrollTop && row * height < scrollTop + before
    if (following || wasInView || before === 0) virtualizer.scrollToIndex(row)
  })
  const newer = useNewer(total, to, following, origin)

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="listbox"
        aria-label="Steps"
        tabIndex={0}
        aria-activedescendant={total === 0 ? undefined : `step-${row}`}
        onKeyDown={(event) => {
          const next = KEYS[event.key]?.(row, total)
          if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return
          event.preventDefault()
          steps.select(next)
        }}
        className="h-full overflow-y-auto outline-offset-[-2px]"
      >
        <div role="presentation" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {items.map((item) => (
            <div
              key={item.index}
              id={`step-${item.index}`}
              role="option"
              aria-selected={item.index === row}
              aria-setsize={total}
              aria-posinset={item.index + 1}
              onClick={() => steps.select(item.index)}
              className={`absolute inset-x-0 top-0 flex items-center gap-2 pr-4 pl-2 ${item.index === row ? 'bg-selected' : 'hover:bg-hover'}`}
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              <StepRow step={outline.at(item.index)} row={item.index} />
            </div>
          ))}
        </div>
      </div>
      {virtualizer.getTotalSize() > (virtualizer.scrollRect?.height ?? 0) ? (
        <ErrorMarks rows={errorRows} total={total} />
      ) : null}
      {newer === 0 ? null : (
        <Button className="absolute bottom-2 left-1/2 -translate-x-1/2 shadow-float" onClick={steps.follow}>
          {plural(newer, 'new step')}
        </Button>
      )}
    </div>
  )
}

const KEYS: Readonly<Record<string, ((row: number, total: number) => number) | undefined>> = {
  ArrowDown: (row) => row + 1,
  ArrowUp: (row) => row - 1,
  PageDown: (row) => row + 15,
  PageUp: (row) => row - 15,
  Home: () => 0,
  End: (_, total) => total - 1,
}

/** Steps that came below the view since it was last at the end. */
function useNewer(total: number, visibleTo: number, following: boolean, origin: Outline['origin']): number {
  const [seen, setSeen] = useState<{ readonly total: number; readonly origin: Outline['origin'] } | null>(null)
  // In a list of another origin no step is newer than another.
  const isNew = seen === null || seen.origin !== origin || seen.total > total
  const isAtEnd = total > 0 && (isNew || following || visibleTo >= total - 1)
  if (isAtEnd && (isNew || seen.total !== total)) setSeen({ total, origin })
  return isAtEnd || seen === null ? 0 : Math.max(0, total - seen.total)
}

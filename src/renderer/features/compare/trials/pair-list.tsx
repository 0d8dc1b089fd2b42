import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import type { TrialRef } from '../../../../contract/api/common.ts'
import { useActions } from '../../../app/actions.ts'
import { usePaneShown } from '../../../app/pane-shown.ts'
import { EmptyState } from '../../../components/states.tsx'
import type { ComparedSteps } from './compared-steps.ts'
import { PairRow } from './pair-row.tsx'
import { toLines } from './lines.ts'

/** The steps of both sides, aligned. j and k move, Enter opens a line. */
export function PairList({
  a,
  b,
  steps,
}: {
  readonly a: TrialRef
  readonly b: TrialRef
  readonly steps: ComparedSteps
}) {
  const shown = usePaneShown()
  const scroller = useRef<HTMLDivElement>(null)
  const [unfolded, setUnfolded] = useState(false)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const [current, setCurrent] = useState(0)
  const lines = toLines(steps, unfolded)
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 30,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 12,
  })
  const move = (by: number): void => {
    const next = Math.max(0, Math.min(lines.length - 1, current + by))
    setCurrent(next)
    virtualizer.scrollToIndex(next)
  }
  const toggle = (index: number): void => {
    const line = lines[index]
    if (line === undefined) return
    setCurrent(index)
    if (line.kind === 'fold') setUnfolded(!unfolded)
    else
      setOpen((known) => {
        const next = new Set(known)
        if (!next.delete(line.key)) next.add(line.key)
        return next
      })
  }
  const toDifference = (by: 1 | -1): void => {
    for (let index = current + by; index >= 0 && index < lines.length; index += by) {
      const line = lines[index]
      if (line?.kind === 'pair' && !line.pair.same) return move(index - current)
    }
  }
  useActions(
    [
      { id: 'compare-next', group: 'Compare', title: 'Next line', keys: 'j', hidden: true, run: () => move(1) },
      { id: 'compare-back', group: 'Compare', title: 'Previous line', keys: 'k', hidden: true, run: () => move(-1) },
      { id: 'compare-diff', group: 'Compare', title: 'Next difference', keys: 'n', run: () => toDifference(1) },
      {
        id: 'compare-diff-back',
        group: 'Compare',
        title: 'Previous difference',
        keys: 'shift+n',
        run: () => toDifference(-1),
      },
      { id: 'compare-open', group: 'Compare', title: 'Open or close the line', keys: 'o', run: () => toggle(current) },
    ],
    shown,
  )
  if (lines.length === 0) return <EmptyState title="No steps" hint="Neither trial recorded what its agent did." />
  return (
    <div
      ref={scroller}
      role="region"
      tabIndex={0}
      aria-label="Steps of both trials"
      className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
    >
      <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ key, index, start }) => {
          const line = lines[index]
          return line === undefined ? null : (
            <div
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${start}px)` }}
            >
              <PairRow
                a={a}
                b={b}
                line={line}
                isCurrent={index === current}
                isOpen={open.has(line.key)}
                onToggle={() => toggle(index)}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}

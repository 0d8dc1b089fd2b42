import { useQueries } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useEffectEvent, useRef } from 'react'
import type { TrialRef } from '../../../contract/api/common.ts'
import type { Step } from '../../../contract/api/trials.ts'
import { call } from '../../client/client.ts'
import { Button } from '../../components/controls.tsx'
import { CHAPTER, toChapter } from './chapter.ts'
import { type StepsOwner, StepView } from './step-view.tsx'
import { useResized } from './use-resized.ts'
import type { Steps } from './use-steps.ts'

/**
 * Every step of the list below each other, whole. Only what is near the view is loaded; very long trials come in
 * chapters, since a browser cannot scroll over any height.
 */
export function AllSteps({ of, steps }: { readonly of: StepsOwner; readonly steps: Steps }) {
  const { outline, row } = steps
  const chapter = toChapter(row, outline.total ?? 0)
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: chapter.to - chapter.from,
    getScrollElement: () => scroller.current,
    estimateSize: () => 220,
    getItemKey: (index) => chapter.from + index,
    overscan: 2,
  })
  const items = virtualizer.getVirtualItems()
  const rows = items.map(({ index }) => chapter.from + index)
  const loaded = useWholeSteps(
    of.ref,
    rows.map((each) => outline.at(each)?.index ?? null),
  )
  const first = rows[0] ?? chapter.from
  const last = rows.at(-1) ?? chapter.from
  const { see } = outline
  useEffect(() => see('steps', first, last), [see, first, last])
  const inChapter = row - chapter.from
  const { following } = steps
  useEffect(() => {
    if (following) virtualizer.scrollToEnd()
    else virtualizer.scrollToIndex(inChapter, { align: 'start' })
  }, [virtualizer, chapter.from, inChapter, steps.chosenAt, following])
  const current = items.find(({ index }) => index === inChapter)
  useGrown(row, current?.size ?? null, () => (following ? virtualizer.scrollToEnd() : undefined))
  useResized(scroller, (before) => {
    const { scrollTop = 0, clientHeight = 0 } = scroller.current ?? {}
    if (following) virtualizer.scrollToEnd()
    else if (current !== undefined && current.start >= scrollTop && current.end <= scrollTop + before)
      virtualizer.scrollToIndex(inChapter, { align: current.size > clientHeight ? 'start' : 'auto' })
  })

  return (
    <div
      ref={scroller}
      tabIndex={0}
      role="region"
      aria-label="All steps"
      className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
    >
      <ChapterLink row={chapter.from - CHAPTER} label="Earlier steps" shown={chapter.from > 0} steps={steps} />
      <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const step = loaded.get(outline.at(chapter.from + item.index)?.index ?? -1)
          return (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className={`absolute inset-x-0 top-0 border-b border-line ${chapter.from + item.index === row ? 'bg-raised' : ''}`}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {step === undefined ? (
                <p className="px-4 py-3 text-dim" style={{ height: 220 }}>
                  {chapter.from + item.index + 1}
                </p>
              ) : (
                <StepView of={of} step={step} />
              )}
            </div>
          )
        })}
      </div>
      <ChapterLink row={chapter.to} label="Later steps" shown={chapter.to < (outline.total ?? 0)} steps={steps} />
    </div>
  )
}

/** Tells when a row has another size than when it was last seen. `size` null: it is not near the view. */
function useGrown(row: number, size: number | null, onGrown: () => void): void {
  const seen = useRef<{ readonly row: number; readonly size: number } | null>(null)
  const tell = useEffectEvent(onGrown)
  useEffect(() => {
    if (size === null || (seen.current?.row === row && seen.current.size === size)) return
    seen.current = { row, size }
    tell()
  }, [row, size])
}

function ChapterLink({
  row,
  label,
  shown,
  steps,
}: {
  readonly row: number
  readonly label: string
  readonly shown: boolean
  readonly steps: Steps
}) {
  return shown ? (
    <div className="flex justify-center p-2">
      <Button onClick={() => steps.select(row)}>{label}</Button>
    </div>
  ) : null
}

/** Whole steps by their index, one question each: those already there are not asked again while scrolling. */
function useWholeSteps(trial: TrialRef, indices: readonly (number | null)[]): ReadonlyMap<number, Step> {
  const wanted = indices.filter((index) => index !== null)
  const answers = useQueries({
    queries: wanted.map((index) => {
      const input = { jobName: trial.jobName, trialName: trial.trialName, indices: [index] }
      return {
        queryKey: ['trials.steps', input] as const,
        queryFn: async ({ signal }: { readonly signal: AbortSignal }) => call('trials.steps', input, { signal }),
        gcTime: 20_000,
      }
    }),
  })
  return new Map(answers.flatMap(({ data }) => (data ?? []).map((step) => [step.index, step] as const)))
}

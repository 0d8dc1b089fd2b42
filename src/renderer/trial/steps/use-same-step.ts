import { useEffect, useEffectEvent, useState } from 'react'
import type { StepOutline } from '../../../contract/api/trials.ts'
import { findSame } from './find-same.ts'
import type { Outline } from './use-outline.ts'

/**
 * The agent's own trajectory takes the place of the events when the agent is done, and numbers its steps otherwise: the
 * step that was looked at is found in it. `row` null: none was, but the end is followed. `here`: the step in that row.
 * Returns whether it is being looked for.
 */
export function useSameStep(
  outline: Outline,
  row: number | null,
  here: StepOutline | undefined,
  onFound: (row: number) => void,
): boolean {
  const [told, setTold] = useState<{ readonly row: number; readonly step: StepOutline } | null>(null)
  if (outline.origin === 'events' && row !== null && here !== undefined && (told?.row !== row || told.step !== here))
    setTold({ row, step: here })
  const isTold = outline.origin === 'trajectory' && told !== null
  // Meanwhile another one was chosen, or the end.
  if (isTold && told.row !== row) setTold(null)
  const wanted = isTold && told.row === row ? told.step : null
  const found = useEffectEvent((foundRow: number) => {
    setTold(null)
    onFound(foundRow)
  })
  const find = useEffectEvent(async (step: StepOutline): Promise<number> => {
    const total = outline.total ?? 0
    // A page that cannot be read says so in the list.
    return findSame(step, total, outline.loadPage).catch(() => Math.max(0, total - 1))
  })
  useEffect(() => {
    if (wanted === null) return undefined
    const asked = new AbortController()
    find(wanted)
      .then((foundRow) => (asked.signal.aborted ? undefined : found(foundRow)))
      .catch(() => undefined)
    return () => asked.abort()
  }, [wanted])
  return wanted !== null
}

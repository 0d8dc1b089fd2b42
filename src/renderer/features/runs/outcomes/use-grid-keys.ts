import { useState, type KeyboardEvent, type RefObject } from 'react'
import type { ListedTrial } from '../../../../contract/api/trials.ts'
import { useActions } from '../../../app/actions.ts'
import { usePaneShown } from '../../../app/pane-shown.ts'
import { navigate, paths } from '../../../app/router.ts'

/** A cell by its position. */
export interface Spot {
  readonly row: number
  readonly column: number
}

interface GridKeys {
  readonly rows: number
  readonly columns: number
  readonly show: (spot: Spot) => void
  readonly trialsAt: (spot: Spot) => readonly ListedTrial[]
  /** The cell has several trials: one is to be chosen. */
  readonly onList: (spot: Spot) => void
  readonly scroller: RefObject<HTMLElement | null>
}

/** Arrows, j and k, Home and End move through the cells; Enter opens. */
export function useGridKeys({ rows, columns, show, trialsAt, onList, scroller }: GridKeys): {
  readonly spot: Spot | null
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onFocus: () => void
} {
  const shown = usePaneShown()
  const [kept, setSpot] = useState<Spot | null>(null)
  const spot = kept === null ? null : clamp(kept)

  function clamp({ row, column }: Spot): Spot {
    return { row: Math.max(0, Math.min(rows - 1, row)), column: Math.max(0, Math.min(columns - 1, column)) }
  }

  const moveTo = (target: Spot): void => {
    const next = clamp(target)
    setSpot(next)
    show(next)
  }
  const { row, column } = spot ?? { row: -1, column: 0 }
  const open = (): void => {
    if (spot === null) return
    const [first, ...others] = trialsAt(spot)
    if (first === undefined) return
    if (others.length > 0) onList(spot)
    else navigate(paths.trial(first))
  }
  const moveRow = (by: number): void => {
    scroller.current?.focus()
    moveTo({ row: row + by, column })
  }
  useActions(
    [
      { id: 'grid-down', group: 'Runs', title: 'Outcomes: next row', keys: 'j', hidden: true, run: () => moveRow(1) },
      {
        id: 'grid-up',
        group: 'Runs',
        title: 'Outcomes: previous row',
        keys: 'k',
        hidden: true,
        run: () => moveRow(-1),
      },
    ],
    shown,
  )
  return {
    spot,
    onFocus: () => setSpot((known) => known ?? { row: 0, column: 0 }),
    onKeyDown(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const actions: Readonly<Record<string, (() => void) | undefined>> = {
        ArrowDown: () => moveTo({ row: row + 1, column }),
        ArrowUp: () => moveTo({ row: row - 1, column }),
        ArrowLeft: () => moveTo({ row, column: column - 1 }),
        ArrowRight: () => moveTo({ row, column: column + 1 }),
        PageDown: () => moveTo({ row: row + 15, column }),
        PageUp: () => moveTo({ row: row - 15, column }),
        Home: () => moveTo({ row, column: 0 }),
        End: () => moveTo({ row, column: columns - 1 }),
        Enter: open,
      }
      const action = actions[event.key]
      if (action === undefined) return
      event.preventDefault()
      action()
    },
  }
}

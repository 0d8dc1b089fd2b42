import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { TRIAL_CELLS, type TrialCell } from '../../../components/trial-cells.tsx'

interface ColumnChoice {
  /** Ids of the columns that the user wants; null: those that fit. */
  readonly chosen: readonly string[] | null
  readonly choose: (ids: readonly string[] | null) => void
}

export const useColumnChoice = create<ColumnChoice>()(
  persist((set) => ({ chosen: null, choose: (chosen) => set({ chosen }) }), {
    name: 'tbcc.trial-columns',
    partialize: ({ chosen }) => ({ chosen }),
  }),
)

const NARROW = ['outcome', 'taskName', 'agent', 'reason', 'costUsd', 'durationMs']
const WIDE = [...NARROW, 'model', 'blame', 'startedAt']

/** The columns of a table of trials, in their order. `ofJob`: all trials are of one job. */
export function visibleColumns(
  chosen: readonly string[] | null,
  { ofJob, wide }: { readonly ofJob: boolean; readonly wide: boolean },
): readonly TrialCell[] {
  const ids = new Set(chosen ?? (wide ? WIDE : NARROW))
  if (!ofJob && chosen === null) ids.add('jobName')
  return TRIAL_CELLS.filter(({ id }) => ids.has(id) || id === 'taskName')
}

/** The choice after one column was turned on or off; all columns are then of the user's choosing. */
export function toggleColumn(visible: readonly TrialCell[], id: string): readonly string[] {
  const ids: readonly string[] = visible.map((column) => column.id)
  return ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]
}

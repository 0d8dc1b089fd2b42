import { useState } from 'react'

export interface HeldRows<Row> {
  /** Null: none are known yet. */
  readonly rows: readonly Row[] | null
  /** How many of the newest are not among them. */
  readonly fresh: number
  readonly hold: (holding: boolean) => void
  readonly show: () => void
}

/** A short list that changes by itself, but keeps its rows in their places while it is held. */
export function useHeldRows<Row>(latest: readonly Row[] | null, keyOf: (row: Row) => string): HeldRows<Row> {
  const [held, setHeld] = useState<readonly Row[] | null>(null)
  const now = new Map((latest ?? []).map((row) => [keyOf(row), row]))
  const known = new Set((held ?? []).map(keyOf))
  return {
    // A row that is kept still says what is newest of it.
    rows: held === null ? latest : held.map((row) => now.get(keyOf(row)) ?? row),
    fresh: held === null ? 0 : [...now.keys()].filter((key) => !known.has(key)).length,
    hold: (holding) => setHeld(holding ? latest : null),
    show: () => setHeld(latest),
  }
}

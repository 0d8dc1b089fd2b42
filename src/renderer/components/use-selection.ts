import { useMemo, useRef, useState } from 'react'

export interface Selection<Row> {
  readonly keys: ReadonlySet<string>
  readonly rows: readonly Row[]
  /** As tables tell it; with `range` everything between this one and the one before it. */
  readonly toggle: (key: string, range: boolean) => void
  readonly clear: () => void
}

/** Rows that were chosen in a table, kept by their key while rows come and go. `loaded`: rows in the table's order. */
export function useSelection<Row>(keyOf: (row: Row) => string, loaded: () => readonly Row[]): Selection<Row> {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Row>>(new Map())
  const last = useRef<string | null>(null)
  const shown = useMemo(() => ({ keys: new Set(chosen.keys()), rows: [...chosen.values()] }), [chosen])
  return {
    ...shown,
    toggle(key, range) {
      const from = range ? last.current : null
      last.current = key
      setChosen((before) => toggleRows(before, loaded(), keyOf, key, from))
    },
    clear: () => setChosen(new Map()),
  }
}

/** A range takes the state that its end gets. */
export function toggleRows<Row>(
  chosen: ReadonlyMap<string, Row>,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  key: string,
  from: string | null,
): ReadonlyMap<string, Row> {
  const next = new Map(chosen)
  const at = rows.findIndex((row) => keyOf(row) === key)
  const start = from === null ? at : rows.findIndex((row) => keyOf(row) === from)
  const range = at < 0 ? [] : rows.slice(Math.min(at, start < 0 ? at : start), Math.max(at, start) + 1)
  const on = !chosen.has(key)
  for (const row of range) {
    if (on) next.set(keyOf(row), row)
    else next.delete(keyOf(row))
  }
  if (at < 0) next.delete(key)
  return next
}

/** Rows by a key, in the order in which keys and rows come. */
export function groupBy<Row, Key>(rows: Iterable<Row>, keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

/** Agent and model of a row as one key; no name has a NUL in it. */
export function whoOf(row: { readonly agent: string; readonly model: string | null }): string {
  return `${row.agent}\0${row.model ?? ''}`
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Of the names that are known the one that a mistyped one means: at most `most` slips away; null: none is that near. */
export function nearestName(name: string, known: readonly string[], most = 2): string | null {
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
  const best = ranked.sort((one, other) => one.distance - other.distance)[0]
  // Of a name of a letter or two nothing would be left.
  return best !== undefined && best.distance <= most && best.distance < name.length ? best.candidate : null
}

function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, char] of Array.from(one).entries()) {
    const next = [index + 1]
    for (const [column, otherChar] of Array.from(other).entries()) {
      const replaced = (row[column] ?? 0) + (char === otherChar ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

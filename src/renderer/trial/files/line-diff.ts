export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** More lines are not compared: it would take too long, and nobody reads it. */
export const MAX_LINES = 4000
const MAX_CHANGES = 2000

/**
 * What changed between two texts, line by line (Myers' algorithm: the fewest changes). Null: they are too long, or
 * differ in too much.
 */
export function diffLines(before: string, after: string): readonly DiffLine[] | null {
  const a = toLines(before)
  const b = toLines(after)
  if (a.length > MAX_LINES || b.length > MAX_LINES) return null
  const trace = searchPath(a, b)
  return trace === null ? null : walkBack(a, b, trace)
}

function toLines(text: string): readonly string[] {
  const lines = text.split('\n')
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

/** For each number of changes, how far each diagonal is reached; up to the end of both. */
function searchPath(a: readonly string[], b: readonly string[]): readonly ReadonlyMap<number, number>[] | null {
  const trace: Map<number, number>[] = []
  let reached = new Map([[1, 0]])
  for (let changes = 0; changes <= Math.min(MAX_CHANGES, a.length + b.length); changes += 1) {
    trace.push(new Map(reached))
    const next = new Map(reached)
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      const down = goesDown(reached, diagonal, changes)
      let x = down ? (reached.get(diagonal + 1) ?? 0) : (reached.get(diagonal - 1) ?? 0) + 1
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1
      next.set(diagonal, x)
      if (x >= a.length && x - diagonal >= b.length) return trace
    }
    reached = next
  }
  return null
}

function goesDown(reached: ReadonlyMap<number, number>, diagonal: number, changes: number): boolean {
  if (diagonal === -changes) return true
  return diagonal !== changes && (reached.get(diagonal - 1) ?? -1) < (reached.get(diagonal + 1) ?? -1)
}

function walkBack(
  a: readonly string[],
  b: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): readonly DiffLine[] {
  const lines: DiffLine[] = []
  let x = a.length
  let y = b.length
  for (let changes = trace.length - 1; changes >= 0; changes -= 1) {
    const reached = trace[changes] ?? new Map<number, number>()
    const diagonal = x - y
    const down = goesDown(reached, diagonal, changes)
    const fromX = changes === 0 ? 0 : (reached.get(down ? diagonal + 1 : diagonal - 1) ?? 0)
    const fromY = changes === 0 ? 0 : fromX - (down ? diagonal + 1 : diagonal - 1)
    while (x > fromX && y > fromY) {
      x -= 1
      y -= 1
      lines.push({ kind: 'same', text: a[x] ?? '' })
    }
    if (changes === 0) break
    if (down) lines.push({ kind: 'added', text: b[(y -= 1)] ?? '' })
    else lines.push({ kind: 'removed', text: a[(x -= 1)] ?? '' })
  }
  return lines.toReversed()
}

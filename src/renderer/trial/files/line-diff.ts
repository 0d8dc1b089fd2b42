export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** More lines are not compared: it would take too long, and nobody reads it. */
const MAX_LINES = 4000
const MAX_CHANGES = 1000

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

/** How far each diagonal is reached, by diagonal + MAX_CHANGES + 1. */
type Reached = Int32Array

function reachedAt(reached: Reached, diagonal: number): number {
  return reached[diagonal + MAX_CHANGES + 1] ?? 0
}

/** For each number of changes what was reached before them, up to the end of both; null: it takes too many. */
function searchPath(a: readonly string[], b: readonly string[]): readonly Reached[] | null {
  const trace: Reached[] = []
  const reached: Reached = new Int32Array(2 * MAX_CHANGES + 3)
  for (let changes = 0; changes <= Math.min(MAX_CHANGES, a.length + b.length); changes += 1) {
    trace.push(reached.slice())
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      const down = goesDown(reached, diagonal, changes)
      let x = down ? reachedAt(reached, diagonal + 1) : reachedAt(reached, diagonal - 1) + 1
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1
      reached[diagonal + MAX_CHANGES + 1] = x
      if (x >= a.length && x - diagonal >= b.length) return trace
    }
  }
  return null
}

function goesDown(reached: Reached, diagonal: number, changes: number): boolean {
  if (diagonal === -changes) return true
  return diagonal !== changes && reachedAt(reached, diagonal - 1) < reachedAt(reached, diagonal + 1)
}

function walkBack(a: readonly string[], b: readonly string[], trace: readonly Reached[]): readonly DiffLine[] {
  const lines: DiffLine[] = []
  let x = a.length
  let y = b.length
  for (const [changes, reached] of [...trace.entries()].toReversed()) {
    const diagonal = x - y
    const down = goesDown(reached, diagonal, changes)
    const before = down ? diagonal + 1 : diagonal - 1
    const fromX = changes === 0 ? 0 : reachedAt(reached, before)
    const fromY = changes === 0 ? 0 : fromX - before
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

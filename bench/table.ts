import type { BenchRow } from './row.ts'

const HEADER = ['what', 'ours', 'baseline', '', 'ratio', 'gate', '', ''] as const

/** The rows as a table for people. */
export function formatRows(rows: readonly BenchRow[]): string {
  const cells = [HEADER, ...rows.map(toCells)]
  const widths = HEADER.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function passes(row: BenchRow): boolean {
  const isMet = row.higherIsBetter ? ratioOf(row) >= row.gate : ratioOf(row) <= row.gate
  return isMet || holdsTarget(row)
}

function holdsTarget({ ourValue, target, higherIsBetter }: BenchRow): boolean {
  return target !== undefined && (higherIsBetter ? ourValue >= target : ourValue <= target)
}

function ratioOf({ ourValue, baselineValue }: BenchRow): number {
  return ourValue / baselineValue
}

function toCells(row: BenchRow): readonly string[] {
  const { name, ourValue, baselineValue, unit, baseline, gate, target, note = '' } = row
  const sign = row.higherIsBetter ? '≥' : '≤'
  const bound = `${sign} ${gate}${target === undefined ? '' : ` or ${sign} ${target} ${unit}`}`
  return [
    name,
    amount(ourValue, unit),
    amount(baselineValue, unit),
    baseline,
    ratioOf(row).toFixed(2),
    bound,
    passes(row) ? 'ok' : 'FAILS',
    note,
  ]
}

/** Three significant digits are all that such a measurement is worth. */
function amount(value: number, unit: string): string {
  const text = value >= 100 ? value.toFixed(0) : value.toPrecision(3)
  return `${text} ${unit}`
}

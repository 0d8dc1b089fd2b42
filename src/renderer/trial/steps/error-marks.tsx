/** Where in a long list the errors are, beside its scrollbar. */
export function ErrorMarks({ rows, total }: { readonly rows: readonly number[]; readonly total: number }) {
  if (total === 0 || rows.length === 0) return null
  return (
    <div aria-hidden className="pointer-events-none absolute inset-y-0 right-0 w-1.5">
      {toMarks(rows, total).map((share) => (
        <div key={share} className="absolute right-0 h-0.5 w-1.5 bg-failure" style={{ top: `${share * 100}%` }} />
      ))}
    </div>
  )
}

/** Places of marks, 0 to 1: of those that would be drawn over each other, one. */
export function toMarks(rows: readonly number[], total: number): readonly number[] {
  return [...new Set(rows.map((row) => Math.floor((row / total) * PLACES) / PLACES))]
}

const PLACES = 300

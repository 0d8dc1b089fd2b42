/** Steps that are shown below each other at once. */
export const CHAPTER = 2000

/** The chapter of a list that a row is in: rows [from, to). */
export function toChapter(row: number, total: number): { readonly from: number; readonly to: number } {
  const from = Math.floor(Math.max(0, Math.min(row, total - 1)) / CHAPTER) * CHAPTER
  return { from, to: Math.min(total, from + CHAPTER) }
}

import type { ColourBy } from './cell-look.ts'

export interface GridSize {
  readonly headWidth: number
  readonly headHeight: number
  readonly cellWidth: number
  readonly cellHeight: number
  /** Names of columns stand upright. */
  readonly upright: boolean
}

/** Sizes in pixels for a place `width` wide: cells share it, as long as they can be told apart and read. */
export function toGridSize(
  width: number,
  {
    columns,
    deepest,
    colour,
    longest,
  }: {
    readonly columns: number
    readonly deepest: number
    readonly colour: ColourBy
    /** Characters of the longest name of a column. */
    readonly longest: number
  },
): GridSize {
  const headWidth = Math.max(180, Math.min(320, Math.round(width * 0.26)))
  const perTrial = colour === 'outcome' ? 14 : 42
  const least = Math.max(44, Math.min(perTrial * deepest, 140))
  const share = Math.floor((width - headWidth - 16) / Math.max(1, columns))
  const cellWidth = Math.max(least, Math.min(160, share))
  const upright = cellWidth < 90 && longest * 7 > cellWidth
  const headHeight = upright ? Math.min(180, longest * 7 + 34) : 46
  return { headWidth, headHeight, cellWidth, cellHeight: 26, upright }
}

/** Shapes and dashes tell lines apart; colour is kept for outcomes. */
const SHAPES = [
  'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z',
  'M-3.6-3.6h7.2v7.2h-7.2Z',
  'M0-4.8L4.6 3.4h-9.2Z',
  'M0-5L5 0L0 5L-5 0Z',
  'M0 4.8L4.6-3.4h-9.2Z',
] as const
const DASHES = ['', '5 3', '2 3', '8 3 2 3'] as const

export function markPath(index: number): string {
  return SHAPES[index % SHAPES.length] ?? SHAPES[0]
}

export function dashOf(index: number): string {
  return DASHES[index % DASHES.length] ?? ''
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface LabelPlace {
  /** Of the text: its left edge and the middle of its height. */
  readonly x: number
  readonly y: number
}

/**
 * Where the labels of points go, in pixels: right of the point, else left, above or below, wherever it covers neither a
 * point nor a label that has its place, and stays inside.
 */
export function placeLabels(
  points: readonly { readonly x: number; readonly y: number; readonly width: number }[],
  inside: Box,
  /** What labels must not cover either, such as a line. */
  obstacles: readonly Box[] = [],
): readonly LabelPlace[] {
  const taken: Box[] = [...obstacles, ...points.map(({ x, y }) => ({ x: x - 6, y: y - 6, width: 12, height: 12 }))]
  return points.map(({ x, y, width }) => {
    const places = candidates(x, y, width)
    const boxOf = (place: LabelPlace): Box => ({ x: place.x, y: place.y - HEIGHT / 2, width, height: HEIGHT })
    const free = places.find((place) => {
      const box = boxOf(place)
      return isInside(box, inside) && !taken.some((other) => overlaps(box, other))
    })
    const place = free ?? places.find((one) => isInside(boxOf(one), inside)) ?? { x: x + GAP, y }
    taken.push(boxOf(place))
    return place
  })
}

const HEIGHT = 16
const GAP = 10

function candidates(x: number, y: number, width: number): readonly LabelPlace[] {
  const rows = [0, HEIGHT, -HEIGHT, 2 * HEIGHT, -2 * HEIGHT]
  return [
    ...rows.map((dy) => ({ x: x + GAP, y: y + dy })),
    ...rows.map((dy) => ({ x: x - GAP - width, y: y + dy })),
    { x: x - width / 2, y: y - HEIGHT - 2 },
    { x: x - width / 2, y: y + HEIGHT + 2 },
  ]
}

/** Small boxes along a line through these points. */
export function boxesAlong(line: readonly { readonly x: number; readonly y: number }[]): readonly Box[] {
  return line.flatMap((end, index) => {
    const start = line[index - 1]
    if (start === undefined) return []
    const steps = Math.max(1, Math.ceil(Math.hypot(end.x - start.x, end.y - start.y) / 6))
    return Array.from({ length: steps + 1 }, (_, step): Box => {
      const part = step / steps
      return {
        x: start.x + (end.x - start.x) * part - 1,
        y: start.y + (end.y - start.y) * part - 1,
        width: 2,
        height: 2,
      }
    })
  })
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function isInside(box: Box, outer: Box): boolean {
  return (
    box.x >= outer.x &&
    box.y >= outer.y &&
    box.x + box.width <= outer.x + outer.width &&
    box.y + box.height <= outer.y + outer.height
  )
}

import { readFileSync, renameSync, writeFileSync } from 'node:fs'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where the window was, and whether it filled the screen; `bounds` are those it goes back to then. */
export interface WindowState {
  readonly bounds: Rectangle
  readonly isMaximized: boolean
}

export const MIN_SIZE = { width: 800, height: 560 } as const
const DEFAULT_SIZE = { width: 1360, height: 860 } as const
/** So much of a window must be on a display, or nobody could take hold of it. */
const MIN_SEEN = { width: 160, height: 80 } as const

/**
 * The remembered state as it can be used on these work areas: a window that no display shows any more is centred on
 * the first one, and none is larger than its display.
 */
export function fitWindow(remembered: WindowState | null, workAreas: readonly Rectangle[]): WindowState {
  const [first] = workAreas
  if (remembered === null)
    return {
      bounds: first === undefined ? { x: 0, y: 0, ...DEFAULT_SIZE } : centre(DEFAULT_SIZE, first),
      isMaximized: false,
    }
  const { bounds, isMaximized } = remembered
  const area = workAreas.find((candidate) => isSeenOn(bounds, candidate))
  if (area !== undefined) return { bounds: { ...bounds, ...sizeWithin(bounds, area) }, isMaximized }
  return { bounds: first === undefined ? bounds : centre(bounds, first), isMaximized }
}

/** Null for what is no state of a window. */
export function parseWindowState(text: string): WindowState | null {
  try {
    const state: unknown = JSON.parse(text)
    const bounds = fieldOf(state, 'bounds')
    const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((key) => toPixels(fieldOf(bounds, key)))
    if (x == null || y == null || width == null || height == null || width <= 0 || height <= 0) return null
    return { bounds: { x, y, width, height }, isMaximized: fieldOf(state, 'isMaximized') === true }
  } catch {
    return null
  }
}

export function readWindowState(path: string): WindowState | null {
  try {
    return parseWindowState(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}

/** Does not throw: a window that is not remembered is no reason to trouble anybody. */
export function writeWindowState(path: string, state: WindowState): void {
  try {
    writeFileSync(`${path}.new`, JSON.stringify(state))
    renameSync(`${path}.new`, path)
  } catch {
    // The next start uses the state before.
  }
}

function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([name]) => name === key)?.[1]
}

function toPixels(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 100_000 ? value : null
}

function isSeenOn(window: Rectangle, area: Rectangle): boolean {
  const width = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x)
  const height = Math.min(window.y + window.height, area.y + area.height) - Math.max(window.y, area.y)
  // Its title is at the top: without it, it cannot be moved.
  return width >= MIN_SEEN.width && height >= MIN_SEEN.height && window.y >= area.y - 1
}

function sizeWithin(size: Pick<Rectangle, 'width' | 'height'>, area: Rectangle): Pick<Rectangle, 'width' | 'height'> {
  return {
    width: Math.min(Math.max(size.width, MIN_SIZE.width), area.width),
    height: Math.min(Math.max(size.height, MIN_SIZE.height), area.height),
  }
}

function centre(size: Pick<Rectangle, 'width' | 'height'>, area: Rectangle): Rectangle {
  const { width, height } = sizeWithin(size, area)
  return {
    x: area.x + Math.floor((area.width - width) / 2),
    y: area.y + Math.floor((area.height - height) / 2),
    width,
    height,
  }
}

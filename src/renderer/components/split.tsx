import { useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'

const MIN_PX = 320
/** Of the whole: the other side keeps the rest. */
const MAX_SHARE = 0.7
const STEP_PX = 32

/** Two sides with a bar between them that can be moved; the width of the right one is remembered on this machine. */
export function Split({
  name,
  left,
  right,
  startPx = 560,
}: {
  /** What the width is remembered by. */
  readonly name: string
  readonly left: ReactNode
  /** Null: the left side has it all. */
  readonly right: ReactNode | null
  readonly startPx?: number
}) {
  const [width, setWidth] = useState(() => read(name) ?? startPx)
  const resize = (px: number): void => {
    const next = Math.round(Math.max(MIN_PX, Math.min(innerWidth * MAX_SHARE, px)))
    setWidth(next)
    localStorage.setItem(keyOf(name), String(next))
  }
  return (
    <div className="flex min-h-0 min-w-0 flex-1">
      <div className="flex min-w-0 flex-1 flex-col">{left}</div>
      {right === null ? null : (
        <>
          <Bar width={width} onResize={resize} />
          <div className="flex min-w-0 flex-col" style={{ width, maxWidth: '58%' }}>
            {right}
          </div>
        </>
      )}
    </div>
  )
}

function Bar({ width, onResize }: { readonly width: number; readonly onResize: (px: number) => void }) {
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const { currentTarget: bar, pointerId, clientX } = event
    const right = bar.nextElementSibling?.getBoundingClientRect().right
    if (bar.hasPointerCapture(pointerId) && right !== undefined) onResize(right - clientX)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    event.preventDefault()
    event.stopPropagation()
    onResize(width + (event.key === 'ArrowLeft' ? STEP_PX : -STEP_PX))
  }
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the right side"
      aria-valuemin={MIN_PX}
      aria-valuemax={Math.round(innerWidth * MAX_SHARE)}
      aria-valuenow={width}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
      className="w-1.5 shrink-0 cursor-col-resize touch-none border-l border-line hover:bg-hover"
    />
  )
}

function keyOf(name: string): string {
  return `tbcc.split.${name}`
}

function read(name: string): number | null {
  const value = Number(localStorage.getItem(keyOf(name)) ?? Number.NaN)
  return Number.isFinite(value) && value >= MIN_PX ? value : null
}

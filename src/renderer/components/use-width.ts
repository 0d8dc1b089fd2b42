import { useEffect, useState } from 'react'

/** The width of an element as it is now, in pixels, never under 320. */
export function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(800)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(320, entry?.contentRect.width ?? 800)))
    if (element.current !== null) observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return width
}

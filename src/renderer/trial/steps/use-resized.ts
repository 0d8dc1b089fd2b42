import { useEffect, useEffectEvent, type RefObject } from 'react'

/** Tells when an element has another height: `before`, in pixels, is the one it had; 0: it was not shown. */
export function useResized(place: RefObject<HTMLElement | null>, onResized: (before: number) => void): void {
  const tell = useEffectEvent(onResized)
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    let height = element.clientHeight
    const observer = new ResizeObserver(() => {
      const before = height
      height = element.clientHeight
      if (height !== before && height > 0) tell(before)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [place])
}

import { useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react'
import { fetchPart } from '../../client/part.ts'
import { notifyError } from '../../stores/notices.ts'
import type { TerminalOptions, TerminalScreen } from './terminal-screen.ts'

/**
 * A terminal in the element that the ref is given to; null until it is loaded. It takes the size of its place whenever
 * that changes. `onSize` is told of each size.
 */
export function useTerminal(
  options: TerminalOptions,
  onSize?: (columns: number, rows: number) => void,
): { readonly place: RefObject<HTMLDivElement | null>; readonly screen: TerminalScreen | null } {
  const place = useRef<HTMLDivElement>(null)
  const [screen, setScreen] = useState<TerminalScreen | null>(null)
  const givenOptions = useEffectEvent(() => options)
  const tellSize = useEffectEvent((terminal: TerminalScreen) => onSize?.(terminal.columns(), terminal.rows()))
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const ended = new AbortController()
    let opened: TerminalScreen | null = null
    const observer = new ResizeObserver(() => {
      if (opened?.fit() === true) tellSize(opened)
    })
    const open = async (): Promise<void> => {
      const { createTerminalScreen } = await fetchPart(async () => import('./terminal-screen.ts'))
      if (ended.signal.aborted) return
      opened = createTerminalScreen(element, givenOptions())
      observer.observe(element)
      setScreen(opened)
    }
    open().catch(notifyError)
    return () => {
      ended.abort()
      observer.disconnect()
      opened?.dispose()
      setScreen(null)
    }
  }, [])
  return { place, screen }
}

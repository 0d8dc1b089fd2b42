import { useEffect, useState } from 'react'

/** The time in milliseconds, once a second for as long as `ticking`. */
export function useNow(ticking = true): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    if (!ticking) return undefined
    const timer = setInterval(() => setNowMs(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [ticking])
  return nowMs
}

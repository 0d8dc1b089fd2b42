import { useEffect, useState } from 'react'
import { formatDuration } from '../format/format.ts'

/** How long something has been going on, ticking once a second. */
export function Elapsed({ since }: { readonly since: string }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return <span className="tabular">{formatDuration(Math.max(0, now - Date.parse(since)))}</span>
}

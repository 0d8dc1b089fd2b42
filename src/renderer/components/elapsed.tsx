import { formatDuration } from '../format/format.ts'
import { useNow } from './use-now.ts'

/** How long something has been going on, ticking once a second. */
export function Elapsed({ since }: { readonly since: string }) {
  const nowMs = useNow()
  return <span className="tabular">{formatDuration(Math.max(0, nowMs - Date.parse(since)))}</span>
}

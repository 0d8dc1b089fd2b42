import type { LiveTrial } from '../../../contract/api/trials.ts'
import { formatDuration } from '../../format/format.ts'
import { stripAnsi } from '../../components/ansi-clean.ts'
import { useNow } from '../../components/use-now.ts'

/** What a running trial does now, and how much of its time is used. */
export function LiveBar({ live }: { readonly live: LiveTrial }) {
  const nowMs = useNow()
  const elapsedMs = Math.max(0, nowMs - Date.parse(live.phaseStartedAt))
  const share = live.timeoutMs === null ? null : Math.min(1, elapsedMs / live.timeoutMs)
  return (
    <div role="group" aria-label="What it does now" className="flex items-center gap-4 px-(--page) pb-2">
      <span className="whitespace-nowrap text-running">◐ {live.phase.replace('-', ' ')}</span>
      {live.turn === null ? null : (
        <span className="whitespace-nowrap tabular">
          turn {live.turn}
          {live.maxTurns === null ? '' : ` of ${live.maxTurns}`}
        </span>
      )}
      <span className="flex items-center gap-2 whitespace-nowrap tabular">
        {share === null ? null : <UsedTime share={share} />}
        {formatDuration(elapsedMs)}
        {/* Where the task of another process’s job cannot be read the limit is not known: that is not the same as none. */}
        {live.timeoutMs === null ? null : <span className="text-dim">of {formatDuration(live.timeoutMs)}</span>}
      </span>
      {live.lastLine === null ? null : (
        <span className="min-w-0 flex-1 truncate font-mono text-xs text-dim" title="The last line that was printed">
          {stripAnsi(live.lastLine)}
        </span>
      )}
    </div>
  )
}

function UsedTime({ share }: { readonly share: number }) {
  return (
    <span
      role="progressbar"
      aria-label="Time of this phase that is used"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      className="relative h-1.5 w-28 overflow-hidden rounded-full bg-hover"
    >
      <span
        className={`absolute inset-y-0 left-0 ${share > 0.9 ? 'bg-timeout' : 'bg-running'}`}
        style={{ width: `${share * 100}%` }}
      />
    </span>
  )
}

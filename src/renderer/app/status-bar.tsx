import type { ListedTrial } from '../../contract/api/trials.ts'
import { reconnectNow, useConnectionFailure, useConnectionState } from '../client/client.ts'
import { host } from '../client/open-host.ts'
import { sinceToday } from '../components/period.ts'
import { Link } from '../components/text.tsx'
import { firstClause } from '../format/first-clause.ts'
import { formatBytes, formatCost, plural } from '../format/format.ts'
import { withLiveCost } from '../stores/live-cost.ts'
import { useRunningTrials, useStatus } from '../stores/live.ts'
import { paths } from './router.ts'

/** How the engine is, in one line. */
export function StatusBar() {
  return (
    <footer className="flex h-6.5 shrink-0 items-center gap-2 overflow-hidden border-t border-line px-3 text-xs whitespace-nowrap text-dim">
      <EngineState />
    </footer>
  )
}

function EngineState() {
  const connection = useConnectionState()
  const failure = useConnectionFailure()
  const status = useStatus()
  // Those of other processes too, as the sidebar counts them.
  const running = useRunningTrials()
  const runningTrials = running.size
  if (failure !== null) {
    return (
      <span role="status" className="text-failure">
        ○ no engine: {failure.reason}
        {failure.hint === null ? null : ` – ${failure.hint}`}{' '}
        <button type="button" className="underline" onClick={reconnectNow}>
          try again
        </button>
        {host.can.restartEngine ? (
          <button type="button" className="ml-2 underline" onClick={() => void restart()}>
            restart the engine
          </button>
        ) : null}
      </span>
    )
  }
  if (connection.state !== 'open' || status === null) return <span role="status">◌ connecting to the engine</span>
  const { backend, backendReason, queuedTrials, spentTodayUsd, freeBytes } = status
  return (
    <>
      <span role="status" className="text-success" title={`engine ${status.version}, process ${status.pid}`}>
        ● engine
      </span>
      <Dot />
      {backend === null ? (
        <NoBackend reason={backendReason} />
      ) : (
        <span title={`${backend.endpoint}\n${backendReason ?? ''}`}>
          {backend.name} {backend.version}
        </span>
      )}
      <Dot />
      <Link to={paths.trials({ states: 'running' })}>{runningTrials} running</Link>
      {queuedTrials === 0 ? null : <span>/ {queuedTrials} queued</span>}
      <Dot />
      <span title="Trials that started today, also what those that still run cost so far: what their agents say, or list prices of their models; others are not measured">
        {formatCost(spentToday(spentTodayUsd, running.values()))} today
      </span>
      <Dot />
      <span title={status.jobsDir}>{freeBytes === null ? 'disk unknown' : `${formatBytes(freeBytes)} free`}</span>
      <span className="sr-only">{plural(runningTrials, 'running trial')}</span>
    </>
  )
}

/** Why nothing can run, as far as there is room, and where to change it. */
function NoBackend({ reason }: { readonly reason: string | null }) {
  if (reason === null) return <span className="text-timeout">looking for a backend</span>
  return (
    <Link to="/settings?group=containers" title={reason} className="min-w-0 truncate text-timeout">
      no backend: {firstClause(reason)}
    </Link>
  )
}

function spentToday(ended: number | null, running: Iterable<ListedTrial>): number | null {
  const since = sinceToday()
  const today = [...running].filter(({ startedAt }) => startedAt !== null && startedAt >= since)
  return withLiveCost({ costUsd: ended, costIsEstimate: false }, today).costUsd
}

async function restart(): Promise<void> {
  // Why it did not start is what the next connection is told.
  await host.restartEngine().catch(() => undefined)
  reconnectNow()
}

function Dot() {
  return <span aria-hidden>·</span>
}

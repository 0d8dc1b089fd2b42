import { reconnectNow, useConnectionFailure, useConnectionState } from '../client/client.ts'
import { host } from '../client/open-host.ts'
import { Link } from '../components/text.tsx'
import { formatBytes, formatCost, plural } from '../format/format.ts'
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
  const runningTrials = useRunningTrials().size
  if (failure !== null) {
    return (
      <span role="status" className="text-failure">
        ○ no engine: {failure}{' '}
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
        <span className="text-timeout" title={backendReason ?? ''}>
          {backendReason === null ? 'looking for a backend' : 'no backend'}
        </span>
      ) : (
        <span title={`${backend.endpoint}\n${backendReason ?? ''}`}>
          {backend.name} {backend.version}
        </span>
      )}
      <Dot />
      <Link to={paths.trials({ states: 'running' })}>{runningTrials} running</Link>
      {queuedTrials === 0 ? null : <span>/ {queuedTrials} queued</span>}
      <Dot />
      <span title="Trials that started today: what their agents say, or list prices of their models; others are not measured">
        {formatCost(spentTodayUsd)} today
      </span>
      <Dot />
      <span title={status.jobsDir}>{freeBytes === null ? 'disk unknown' : `${formatBytes(freeBytes)} free`}</span>
      <span className="sr-only">{plural(runningTrials, 'running trial')}</span>
    </>
  )
}

async function restart(): Promise<void> {
  // Why it did not start is what the next connection is told.
  await host.restartEngine().catch(() => undefined)
  reconnectNow()
}

function Dot() {
  return <span aria-hidden>·</span>
}

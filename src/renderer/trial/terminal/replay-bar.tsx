import { Pause, Play } from 'lucide-react'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Recording } from '../../../contract/api/trials.ts'
import { Button, IconButton, Select } from '../../components/controls.tsx'
import { FindBar } from '../../components/terminal/find-bar.tsx'
import type { TerminalScreen } from '../../components/terminal/terminal-screen.ts'
import { formatBytes, formatDuration } from '../../format/format.ts'
import { moveToTime, SPEEDS, togglePlaying, type Replay } from './replay.ts'

/** Play, pause, speed, and where in the recording the terminal stands. */
export function ReplayBar({
  recording,
  replay,
  isRunning,
  screen,
  children,
}: {
  readonly recording: Recording | undefined
  readonly replay: Replay
  readonly isRunning: boolean
  readonly screen: TerminalScreen | null
  readonly children?: ReactNode
}) {
  const { following, playing, speed, atMs, byte, skippedBytes } = useStore(replay)
  const isLive = following && isRunning
  const shownMs = isLive || byte === null ? (recording?.durationMs ?? 0) : atMs
  const isEmpty = recording === undefined || recording.bytes === 0
  return (
    <div className="flex items-center gap-2 px-2 py-1">
      <IconButton
        label={playing ? 'Pause (space)' : 'Play (space)'}
        disabled={isEmpty}
        onClick={() => (recording === undefined ? undefined : togglePlaying(replay, recording))}
      >
        {playing ? <Pause size={14} /> : <Play size={14} />}
      </IconButton>
      <Select
        label="Speed"
        value={String(speed)}
        choices={SPEEDS.map((each) => ({ value: String(each), label: `${each}×` }))}
        onChange={(value) => replay.setState({ speed: Number(value) })}
      />
      <Scrubber recording={recording} shownMs={shownMs} replay={replay} />
      <span
        className="text-xs whitespace-nowrap text-dim tabular"
        title="Pauses longer than 2 s are passed over when playing"
      >
        {formatDuration(shownMs)} / {formatDuration(recording?.durationMs ?? null)} ·{' '}
        {formatBytes(isLive ? (recording?.bytes ?? 0) : (byte ?? recording?.bytes ?? null))}
      </span>
      <Tail isLive={isLive} isRunning={isRunning} replay={replay} skippedBytes={skippedBytes} />
      <FindBar screen={screen} />
      {children}
    </div>
  )
}

function Scrubber({
  recording,
  shownMs,
  replay,
}: {
  readonly recording: Recording | undefined
  readonly shownMs: number
  readonly replay: Replay
}) {
  const durationMs = recording?.durationMs ?? 0
  return (
    <input
      type="range"
      aria-label="Moment of the recording"
      aria-valuetext={formatDuration(shownMs)}
      min={0}
      max={Math.max(1, Math.round(durationMs))}
      step={Math.max(1, Math.round(durationMs / 2000))}
      value={Math.round(shownMs)}
      disabled={recording === undefined || recording.bytes === 0}
      onChange={(event) => {
        if (recording === undefined) return
        replay.setState({ playing: false })
        moveToTime(replay, recording, Number(event.target.value))
      }}
      // Left and right move here, and not to another trial.
      onKeyDown={(event) => event.stopPropagation()}
      className="h-1.5 min-w-16 flex-1 accent-accent"
    />
  )
}

/** Whether the newest output is shown, and how to get back to it. */
function Tail({
  isLive,
  isRunning,
  replay,
  skippedBytes,
}: {
  readonly isLive: boolean
  readonly isRunning: boolean
  readonly replay: Replay
  readonly skippedBytes: number
}) {
  if (!isRunning) return null
  if (isLive) {
    return (
      <span className="whitespace-nowrap text-running">
        ◐ following
        {skippedBytes === 0 ? null : (
          <span className="text-dim tabular" title="Printed too fast to be shown; all of it is in the log">
            , {formatBytes(skippedBytes)} skipped
          </span>
        )}
      </span>
    )
  }
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <span className="text-timeout">not following</span>
      <Button onClick={() => replay.setState({ following: true, playing: false, byte: null })}>Follow</Button>
    </span>
  )
}

import { useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Recording } from '../../../contract/api/trials.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { useTerminal } from '../../components/terminal/use-terminal.ts'
import type { KnownTrial } from '../use-trial.ts'
import { togglePlaying, usePlayback, type Replay } from './replay.ts'
import { ReplayBar } from './replay-bar.tsx'
import { useReplay, useTail } from './use-feeds.ts'
import { whyEmpty } from './why-empty.ts'

/** Bounded: of a log of any length the rest is a seek away. */
const SCROLLBACK_LINES = 5000

/** What the trial printed, as it was at one moment; or as it is printed, while it runs. */
export function TerminalPane({
  known,
  recording,
  replay,
  children,
}: {
  readonly known: KnownTrial
  readonly recording: Recording | undefined
  readonly replay: Replay
  /** At the end of its bar. */
  readonly children?: ReactNode
}) {
  const { ref: trial, isRunning } = known
  const { place, screen } = useTerminal({ readOnly: true, scrollback: SCROLLBACK_LINES, label: 'Output of the trial' })
  const frame = useRef<HTMLDivElement>(null)
  const shown = usePaneShown()
  const following = useStore(replay, (state) => state.following) && isRunning
  usePlayback(
    replay,
    recording,
    useStore(replay, (state) => state.playing),
  )
  // Where the output in the terminal ends, when it was not the replay that wrote it.
  const tailEnd = useRef<number | null>(null)
  useReplay(trial, following ? null : screen, recording, replay, tailEnd)
  useTail(trial, following && shown ? screen : null, replay, tailEnd)
  const stopAtScroll = (): void => {
    // The terminal has moved when the next frame is drawn.
    requestAnimationFrame(() => {
      if (following && screen !== null && !screen.isAtEnd()) stopFollowing(replay, recording, tailEnd.current)
    })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== ' ' || recording === undefined || event.target !== frame.current) return
    event.preventDefault()
    togglePlaying(replay, recording)
  }
  return (
    <section aria-label="Terminal" className="flex min-h-0 flex-1 flex-col">
      <ReplayBar recording={recording} replay={replay} isRunning={isRunning} screen={screen}>
        {children}
      </ReplayBar>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its keys play and pause */}
      <div
        ref={frame}
        tabIndex={0}
        role="group"
        aria-label="Output; space plays and pauses"
        onWheelCapture={stopAtScroll}
        onPointerUpCapture={stopAtScroll}
        onKeyDown={onKeyDown}
        // The terminal takes no keys, so that those of the screen work when it was clicked.
        onFocus={(event) => (event.target === frame.current ? undefined : frame.current?.focus())}
        onCopy={(event) => {
          event.clipboardData.setData('text/plain', screen?.selection() ?? '')
          event.preventDefault()
        }}
        className="relative min-h-0 flex-1 overflow-hidden bg-terminal p-2 outline-offset-[-2px]"
      >
        <div ref={place} className="h-full" />
        {recording !== undefined && !isRunning && (recording.bytes === 0 || recording.pruned !== null) ? (
          <p className="absolute inset-0 flex items-center justify-center bg-bg text-dim">
            {whyEmpty(recording, known.trial.state)}
          </p>
        ) : null}
      </div>
    </section>
  )
}

/** Leaves the terminal as it is, though more is printed. */
function stopFollowing(replay: Replay, recording: Recording | undefined, byte: number | null): void {
  replay.setState({ following: false, byte: byte ?? recording?.bytes ?? null, atMs: recording?.durationMs ?? 0 })
}

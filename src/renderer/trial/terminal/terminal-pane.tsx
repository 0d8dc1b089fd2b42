import { useEffect, useRef, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import { useStore } from 'zustand'
import type { TrialRef } from '../../../contract/api/common.ts'
import type { Recording } from '../../../contract/api/trials.ts'
import { usePaneShown } from '../../app/pane-shown.ts'
import { call } from '../../client/client.ts'
import { useFollow } from '../../client/queries.ts'
import type { TerminalScreen } from '../../components/terminal/terminal-screen.ts'
import { useTerminal } from '../../components/terminal/use-terminal.ts'
import { formatBytes } from '../../format/format.ts'
import { notifyError } from '../../stores/notices.ts'
import { createReplayFeed } from './feed.ts'
import { togglePlaying, usePlayback, type Replay } from './replay.ts'
import { ReplayBar } from './replay-bar.tsx'

/** Bounded: of a log of any length the rest is a seek away. */
const SCROLLBACK_LINES = 5000

/** What the trial printed, as it was at one moment; or as it is printed, while it runs. */
export function TerminalPane({
  trial,
  recording,
  replay,
  isRunning,
  children,
}: {
  readonly trial: TrialRef
  readonly recording: Recording | undefined
  readonly replay: Replay
  readonly isRunning: boolean
  /** At the end of its bar. */
  readonly children?: ReactNode
}) {
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
  useTail(trial, following && shown ? screen : null, tailEnd)
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
        {recording?.bytes === 0 && !isRunning ? (
          <p className="absolute inset-0 flex items-center justify-center bg-bg text-dim">
            Nothing was printed, or another program ran this trial.
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

/** Shows the output as it was where the replay stands. */
function useReplay(
  trial: TrialRef,
  screen: TerminalScreen | null,
  recording: Recording | undefined,
  replay: Replay,
  tailEnd: RefObject<number | null>,
): void {
  const { jobName, trialName } = trial
  const bytes = useRef<number | null>(null)
  bytes.current = recording?.bytes ?? null
  const show = useRef<() => void>(() => {})
  useEffect(() => {
    if (screen === null) return undefined
    const gone = new AbortController()
    const read = async (from: number, limit: number) =>
      call('trials.readOutput', { jobName, trialName, from, limit }, { signal: gone.signal })
    const feed = createReplayFeed(screen, read, notifyError, tailEnd.current)
    tailEnd.current = null
    show.current = () => {
      const byte = replay.getState().byte ?? bytes.current
      if (byte !== null) feed.show(byte)
    }
    show.current()
    const unsubscribe = replay.subscribe(() => show.current())
    return () => {
      unsubscribe()
      show.current = () => {}
      feed.dispose()
      gone.abort()
    }
  }, [jobName, trialName, screen, replay, tailEnd])
  useEffect(() => show.current(), [recording?.bytes])
}

/** Shows what is printed now. The engine is held back while the terminal writes, and then skips ahead. */
function useTail(trial: TrialRef, screen: TerminalScreen | null, tailEnd: RefObject<number | null>): void {
  useEffect(() => {
    if (screen === null) return
    tailEnd.current = null
    screen.reset()
  }, [screen, tailEnd])
  useFollow('trial.output', screen === null ? null : trial, {
    async onItems(items) {
      for (const piece of items) {
        const skipped = tailEnd.current === null ? 0 : piece.from - tailEnd.current
        if (skipped > 0) await screen?.write(toSkipMark(skipped))
        await screen?.write(piece.text)
        tailEnd.current = piece.to
      }
    },
    onError: notifyError,
  })
}

function toSkipMark(bytes: number): string {
  return `\r\n\u001b[0;2m… ${formatBytes(bytes)} printed too fast to be shown; all of it is in the log …\u001b[0m\r\n`
}

import { useEffect, useRef, type KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import type { TrialRef } from '../../../contract/api/common.ts'
import type { Recording } from '../../../contract/api/trials.ts'
import { call } from '../../client/client.ts'
import { useFollow } from '../../client/queries.ts'
import type { TerminalScreen } from '../../components/terminal/terminal-screen.ts'
import { useTerminal } from '../../components/terminal/use-terminal.ts'
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
}: {
  readonly trial: TrialRef
  readonly recording: Recording | undefined
  readonly replay: Replay
  readonly isRunning: boolean
}) {
  const { place, screen } = useTerminal({ readOnly: true, scrollback: SCROLLBACK_LINES, label: 'Output of the trial' })
  const frame = useRef<HTMLDivElement>(null)
  const following = useStore(replay, (state) => state.following) && isRunning
  usePlayback(
    replay,
    recording,
    useStore(replay, (state) => state.playing),
  )
  useReplay(trial, following ? null : screen, recording, replay)
  useTail(trial, following ? screen : null)
  const stopAtScroll = (): void => {
    // The terminal has moved when the next frame is drawn.
    requestAnimationFrame(() => {
      if (following && screen !== null && !screen.isAtEnd()) stopFollowing(replay, recording)
    })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== ' ' || recording === undefined || event.target !== frame.current) return
    event.preventDefault()
    togglePlaying(replay, recording)
  }
  return (
    <section aria-label="Terminal" className="flex min-h-0 flex-1 flex-col">
      <ReplayBar recording={recording} replay={replay} isRunning={isRunning} screen={screen} />
      <div
        ref={frame}
        tabIndex={0}
        role="group"
        aria-label="Output; space plays and pauses"
        onWheel={stopAtScroll}
        onPointerUp={stopAtScroll}
        onKeyDown={onKeyDown}
        // The terminal takes no keys, so that those of the screen work when it was clicked.
        onFocus={(event) => (event.target === frame.current ? undefined : frame.current?.focus())}
        onCopy={(event) => {
          event.clipboardData.setData('text/plain', screen?.selection() ?? '')
          event.preventDefault()
        }}
        className="min-h-0 flex-1 overflow-hidden bg-terminal p-2 outline-offset-[-2px]"
      >
        <div ref={place} className="h-full" />
      </div>
    </section>
  )
}

function stopFollowing(replay: Replay, recording: Recording | undefined): void {
  replay.setState({ following: false, byte: recording?.bytes ?? null, atMs: recording?.durationMs ?? 0 })
}

/** Shows the output as it was where the replay stands. */
function useReplay(
  trial: TrialRef,
  screen: TerminalScreen | null,
  recording: Recording | undefined,
  replay: Replay,
): void {
  const { jobName, trialName } = trial
  const bytes = recording?.bytes
  useEffect(() => {
    if (screen === null || bytes === undefined) return undefined
    const gone = new AbortController()
    const read = async (from: number, limit: number) =>
      call('trials.readOutput', { jobName, trialName, from, limit }, { signal: gone.signal })
    const feed = createReplayFeed(screen, read, notifyError)
    const show = (): void => feed.show(Math.min(bytes, replay.getState().byte ?? bytes))
    show()
    const unsubscribe = replay.subscribe(show)
    return () => {
      unsubscribe()
      feed.dispose()
      gone.abort()
    }
  }, [jobName, trialName, screen, replay, bytes])
}

/** Shows what is printed now. The engine is held back while the terminal writes, and then skips ahead. */
function useTail(trial: TrialRef, screen: TerminalScreen | null): void {
  const to = useRef<number | null>(null)
  useEffect(() => {
    to.current = null
    screen?.reset()
  }, [screen])
  useFollow('trial.output', screen === null ? null : trial, {
    async onItems(items) {
      for (const piece of items) {
        const skipped = to.current === null ? 0 : piece.from - to.current
        to.current = piece.to
        if (skipped > 0)
          await screen?.write(`\r\n\u001b[0;2m… skipped ${skipped} bytes; they are in the log …\u001b[0m\r\n`)
        await screen?.write(piece.text)
      }
    },
    onError: notifyError,
  })
}

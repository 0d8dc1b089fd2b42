import { useEffect, useEffectEvent, useRef, type RefObject } from 'react'
import type { TrialRef } from '../../../contract/api/common.ts'
import type { Recording } from '../../../contract/api/trials.ts'
import { call } from '../../client/client.ts'
import { useFollow } from '../../client/queries.ts'
import type { TerminalScreen } from '../../components/terminal/terminal-screen.ts'
import { notifyError } from '../../stores/notices.ts'
import { createReplayFeed } from './feed.ts'
import type { Replay } from './replay.ts'
import { createTail, type Tail } from './tail.ts'

/** Shows the output as it was where the replay stands. */
export function useReplay(
  trial: TrialRef,
  screen: TerminalScreen | null,
  recording: Recording | undefined,
  replay: Replay,
  tailEndRef: RefObject<number | null>,
): void {
  const { jobName, trialName } = trial
  const bytes = recording?.bytes ?? null
  const byteOfMoment = useEffectEvent(() => replay.getState().byte ?? bytes)
  const show = useRef<() => void>(() => {})
  useEffect(() => {
    if (screen === null) return undefined
    const gone = new AbortController()
    const read = async (from: number, limit: number) =>
      call('trials.readOutput', { jobName, trialName, from, limit }, { signal: gone.signal })
    const feed = createReplayFeed(screen, read, notifyError, tailEndRef.current)
    tailEndRef.current = null
    show.current = () => {
      const byte = byteOfMoment()
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
  }, [jobName, trialName, screen, replay, tailEndRef])
  useEffect(() => show.current(), [bytes])
}

/** Shows what is printed now. */
export function useTail(
  trial: TrialRef,
  screen: TerminalScreen | null,
  replay: Replay,
  tailEndRef: RefObject<number | null>,
): void {
  const tail = useRef<Tail | null>(null)
  useEffect(() => {
    if (screen === null) return
    tailEndRef.current = null
    screen.reset()
    replay.setState({ skippedBytes: 0 })
    tail.current = createTail(screen, nextFrame, (to, skippedBytes) => {
      tailEndRef.current = to
      if (skippedBytes > 0) replay.setState((state) => ({ skippedBytes: state.skippedBytes + skippedBytes }))
    })
  }, [screen, replay, tailEndRef])
  useFollow('trial.output', screen === null ? null : trial, {
    onItems: async (items) => tail.current?.take(items),
    onError: notifyError,
  })
}

export async function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve())
  })
}

import { useEffect } from 'react'
import { createStore, type StoreApi } from 'zustand'
import type { Recording } from '../../../contract/api/trials.ts'
import { byteAt, skipPause, timeAt } from './recording-time.ts'

/** Where the terminal of a trial stands. */
export interface ReplayState {
  /** What is printed now is shown as it comes. */
  readonly following: boolean
  /** Bytes that had been printed; null: all there are. */
  readonly byte: number | null
  /** The moment, from the start of the recording. Time also passes where nothing is printed. */
  readonly atMs: number
  readonly playing: boolean
  readonly speed: number
  /** Printed too fast to be shown, since it follows. */
  readonly skippedBytes: number
  /** Who moved it last: the steps go along with the terminal, but not with themselves. */
  readonly movedBy: 'terminal' | 'steps'
}
export type Replay = StoreApi<ReplayState>

export const SPEEDS = [1, 2, 4, 16, 64] as const

export function createReplay(following: boolean): Replay {
  return createStore<ReplayState>(() => ({
    following,
    byte: null,
    atMs: 0,
    playing: false,
    speed: 4,
    skippedBytes: 0,
    movedBy: 'steps',
  }))
}

/** To a moment, by the user's hand in the terminal. */
export function moveToTime(replay: Replay, recording: Recording, atMs: number): void {
  replay.setState({ atMs, byte: byteAt(recording, atMs), following: false, movedBy: 'terminal' })
}

/** To where so much had been printed. */
export function moveToByte(
  replay: Replay,
  recording: Recording,
  byte: number,
  movedBy: ReplayState['movedBy'] = 'steps',
): void {
  replay.setState({ byte, atMs: timeAt(recording, byte), following: false, playing: false, movedBy })
}

/** Plays on, or stops. At the end it begins anew. */
export function togglePlaying(replay: Replay, recording: Recording): void {
  const { playing, byte, atMs } = replay.getState()
  const atEnd = byte === null || atMs >= recording.durationMs
  if (playing) replay.setState({ playing: false })
  else {
    const beginMs = atEnd ? 0 : atMs
    replay.setState({ playing: true, following: false, atMs: beginMs, byte: byteAt(recording, beginMs) })
  }
}

/** Lets time pass while the replay plays and the component is mounted. */
export function usePlayback(replay: Replay, recording: Recording | undefined, playing: boolean): void {
  useEffect(() => {
    if (!playing || recording === undefined) return undefined
    let last = performance.now()
    const timer = setInterval(() => {
      const now = performance.now()
      const { atMs, speed } = replay.getState()
      const next = Math.min(recording.durationMs, skipPause(recording, atMs + (now - last) * speed))
      last = now
      moveToTime(replay, recording, next)
      if (next >= recording.durationMs) replay.setState({ playing: false })
    }, TICK_MS)
    return () => clearInterval(timer)
  }, [replay, recording, playing])
}

const TICK_MS = 80

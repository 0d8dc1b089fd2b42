import { useEffect, useEffectEvent, useRef } from 'react'
import type { Recording, StepOutline } from '../../../contract/api/trials.ts'
import { notifyError } from '../../stores/notices.ts'
import { findRow } from '../steps/find-row.ts'
import type { Steps } from '../steps/use-steps.ts'
import { byteAt } from './recording-time.ts'
import { moveToByte, type Replay } from './replay.ts'

const SETTLE_MS = 120

/** Steps and terminal go together: a step that is chosen moves the terminal, a moment of the terminal chooses its step. */
export function useInStep(steps: Steps, replay: Replay, recording: Recording | undefined): void {
  useTerminalAlong(steps, replay, recording)
  useStepsAlong(steps, replay, recording?.startedAt ?? null)
}

function useTerminalAlong({ current, chosenAt }: Steps, replay: Replay, recording: Recording | undefined): void {
  const done = useRef(0)
  useEffect(() => {
    if (chosenAt === done.current || current === undefined || recording === undefined) return
    done.current = chosenAt
    const byte = current.outputTo ?? byteAtStep(current, recording)
    if (byte !== null) moveToByte(replay, recording, byte)
  }, [replay, recording, chosenAt, current])
}

/** An agent's own trajectory tells when, not after how much output. */
function byteAtStep({ at, durationMs }: StepOutline, recording: Recording): number | null {
  const atMs = timeOf(at)
  const startMs = timeOf(recording.startedAt)
  if (atMs === null || startMs === null) return null
  const sinceMs = atMs + (durationMs ?? 0) - startMs
  return sinceMs < 0 || atMs - startMs > recording.durationMs ? null : byteAt(recording, sinceMs)
}

function timeOf(timestamp: string | null): number | null {
  const ms = timestamp === null ? Number.NaN : Date.parse(timestamp)
  return Number.isFinite(ms) ? ms : null
}

function useStepsAlong(steps: Steps, replay: Replay, startedAt: string | null): void {
  const { outline, selectByTerminal } = steps
  const asked = useRef(0)
  const choose = useEffectEvent(async (byte: number): Promise<void> => {
    asked.current += 1
    const mine = asked.current
    const total = outline.total ?? 0
    const startMs = timeOf(startedAt)
    const row =
      (await findRow(total, outline.loadPage, ({ outputTo }) => outputTo, byte)) ??
      (startMs === null
        ? null
        : await findRow(total, outline.loadPage, ({ at }) => timeOf(at), startMs + replay.getState().atMs))
    if (row !== null && mine === asked.current && replay.getState().movedBy === 'terminal') selectByTerminal(row)
  })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const unsubscribe = replay.subscribe(({ byte, movedBy }, before) => {
      if (movedBy !== 'terminal' || byte === null || byte === before.byte) return
      timer ??= setTimeout(() => {
        timer = null
        choose(replay.getState().byte ?? byte).catch(notifyError)
      }, SETTLE_MS)
    })
    return () => {
      unsubscribe()
      asked.current += 1
      clearTimeout(timer ?? undefined)
    }
  }, [replay])
}
